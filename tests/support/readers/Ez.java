// ez-vcard as a reader: one JSON line in, one JSON line out (see __init__.py).
// Promises to say what ez-vcard found, never to mend it.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import ezvcard.VCard;
import ezvcard.io.StreamReader;
import ezvcard.io.json.JCardReader;
import ezvcard.io.text.VCardReader;
import ezvcard.io.xml.XCardReader;
import ezvcard.property.Address;
import ezvcard.property.Photo;
import ezvcard.property.RawProperty;
import ezvcard.property.StructuredName;
import ezvcard.property.Telephone;
import ezvcard.property.TextProperty;
import ezvcard.property.Url;
import ezvcard.property.VCardProperty;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

public class Ez {
  static String text(TextProperty property) {
    return property == null ? null : property.getValue();
  }

  static String part(String value) {
    return value == null ? "" : value;
  }

  static String part(List<String> values) {
    return String.join(",", values);
  }

  static Map<String, Object> entry(VCardProperty property) {
    Map<String, Object> entry = new LinkedHashMap<>();
    List<String> types =
        property.getParameters("TYPE").stream()
            .map(one -> one.toUpperCase(Locale.ROOT))
            .sorted()
            .collect(Collectors.toList());
    entry.put("types", types);
    entry.put("pref", property.getParameter("PREF"));
    return entry;
  }

  static Map<String, Object> number(Telephone property) {
    Map<String, Object> entry = entry(property);
    boolean uri = property.getUri() != null;
    entry.put("value", uri ? property.getUri().toString() : property.getText());
    return entry;
  }

  static Map<String, Object> place(Address one) {
    Map<String, Object> entry = entry(one);
    entry.put("country", one.getParameter("CC"));
    entry.put(
        "parts",
        Arrays.asList(
            part(one.getPoBoxes()),
            part(one.getExtendedAddresses()),
            part(one.getStreetAddresses()),
            part(one.getLocalities()),
            part(one.getRegions()),
            part(one.getPostalCodes()),
            part(one.getCountries())));
    return entry;
  }

  static Map<String, Object> website(VCard card, Url url) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("value", url.getValue());
    entry.put("label", null);
    for (RawProperty label : card.getExtendedProperties("X-ABLabel")) {
      if (url.getGroup() != null && url.getGroup().equalsIgnoreCase(label.getGroup())) {
        entry.put("label", label.getValue());
      }
    }
    return entry;
  }

  static List<String> name(StructuredName name) {
    if (name == null) {
      return List.of();
    }
    return Arrays.asList(
        part(name.getFamily()),
        part(name.getGiven()),
        part(name.getAdditionalNames()),
        part(name.getPrefixes()),
        part(name.getSuffixes()));
  }

  static String picture(List<Photo> photos) throws Exception {
    if (photos.isEmpty() || photos.get(0).getData() == null) {
      return null;
    }
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(photos.get(0).getData());
    StringBuilder hex = new StringBuilder();
    for (byte one : digest) {
      hex.append(String.format("%02x", one));
    }
    return hex.toString();
  }

  static Map<String, Object> found(VCard card) throws Exception {
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("version", card.getVersion().getVersion());
    found.put("kind", text(card.getKind()));
    found.put("prodid", text(card.getProductId()));
    found.put("uid", card.getUid() == null ? null : card.getUid().getValue());
    found.put("fn", text(card.getFormattedName()));
    found.put("n", name(card.getStructuredName()));
    found.put("org", card.getOrganization() == null ? null : card.getOrganization().getValues());
    found.put("title", card.getTitles().isEmpty() ? null : text(card.getTitles().get(0)));
    found.put("note", card.getNotes().isEmpty() ? null : text(card.getNotes().get(0)));
    List<Object> numbers = new ArrayList<>();
    card.getTelephoneNumbers().forEach(one -> numbers.add(number(one)));
    found.put("tels", numbers);
    List<Object> emails = new ArrayList<>();
    card.getEmails()
        .forEach(
            one -> {
              Map<String, Object> entry = entry(one);
              entry.put("value", one.getValue());
              emails.add(entry);
            });
    found.put("emails", emails);
    List<Object> places = new ArrayList<>();
    card.getAddresses().forEach(one -> places.add(place(one)));
    found.put("adrs", places);
    List<Object> websites = new ArrayList<>();
    card.getUrls().forEach(one -> websites.add(website(card, one)));
    found.put("urls", websites);
    found.put("photo", picture(card.getPhotos()));
    return found;
  }

  static StreamReader reader(String format, String text) {
    switch (format) {
      case "vcard":
        return new VCardReader(text);
      case "jcard":
        return new JCardReader(text);
      case "xcard":
        return new XCardReader(text);
      default:
        throw new IllegalArgumentException("no " + format + " here");
    }
  }

  static Map<String, Object> read(JsonNode asked) throws Exception {
    try (StreamReader reader = reader(asked.get("format").asText(), asked.get("text").asText())) {
      VCard card = reader.readNext();
      if (card == null) {
        throw new IllegalArgumentException("no card");
      }
      if (!reader.getWarnings().isEmpty()) {
        throw new IllegalArgumentException(reader.getWarnings().toString());
      }
      return found(card);
    }
  }

  public static void main(String[] arguments) throws Exception {
    ObjectMapper json = new ObjectMapper();
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Object answer;
      try {
        answer = read(json.readTree(line));
      } catch (Exception | Error fault) {
        answer = Map.of("error", fault.toString());
      }
      out.print(json.writeValueAsString(answer) + "\n");
      out.flush();
    }
  }
}
