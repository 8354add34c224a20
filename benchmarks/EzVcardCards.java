import ezvcard.Ezvcard;
import ezvcard.VCard;
import ezvcard.VCardVersion;
import ezvcard.parameter.AddressType;
import ezvcard.parameter.EmailType;
import ezvcard.parameter.ImageType;
import ezvcard.parameter.TelephoneType;
import ezvcard.property.Address;
import ezvcard.property.Email;
import ezvcard.property.Photo;
import ezvcard.property.RawProperty;
import ezvcard.property.StructuredName;
import ezvcard.property.Telephone;
import ezvcard.property.Uid;
import ezvcard.property.Url;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the contacts of a file with ez-vcard, and says how long it took. Each line of stdin,
 * "ez-vcard COUNT PHOTO", is answered with seconds; "ez-vcard card PHOTO" with the first card,
 * spelled as inside a JSON string.
 */
public class EzVcardCards {
    static final String PRODID = "-//vcardsvc//vcardsvc//EN";

    public static void main(String[] arguments) throws Exception {
        List<String[]> contacts = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(arguments[0]), StandardCharsets.UTF_8)) {
            contacts.add(line.split("\t", -1));
        }
        byte[] jpeg = Files.readAllBytes(Path.of(arguments[1]));
        BufferedReader asked =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            String[] words = line.split(" ");
            byte[] photo = words[2].equals("1") ? jpeg : null;
            if (words[1].equals("card")) {
                out.println(escaped(card(contacts.get(0), photo)));
                continue;
            }
            int count = Integer.parseInt(words[1]);
            long octets = 0;
            long started = System.nanoTime();
            for (int index = 0; index < count; index++) {
                octets += card(contacts.get(index % contacts.size()), photo).length();
            }
            double seconds = (System.nanoTime() - started) / 1e9;
            out.println(octets > 0 ? seconds : 0);
        }
    }

    static String card(String[] column, byte[] photo) {
        VCard card = new VCard();
        StructuredName name = new StructuredName();
        name.setGiven(column[0]);
        name.setFamily(column[1]);
        if (!column[2].isEmpty()) {
            name.getSuffixes().add(column[2]);
        }
        card.setStructuredName(name);
        String full = column[0] + " " + column[1];
        card.setFormattedName(column[2].isEmpty() ? full : full + " " + column[2]);
        card.setOrganization(column[3]);
        card.addTitle(column[4]);
        card.addNote(column[5]);
        card.setUid(new Uid(column[6]));
        card.setProductId(PRODID);
        for (int at = 7; at < 15; at += 2) {
            Telephone phone = new Telephone(column[at + 1]);
            for (String type : column[at].split(",")) {
                phone.getTypes().add(TelephoneType.get(type));
            }
            card.addTelephoneNumber(phone);
        }
        for (int at = 15; at < 23; at += 2) {
            Email email = new Email(column[at + 1]);
            for (String type : column[at].split(",")) {
                email.getTypes().add(EmailType.get(type));
            }
            card.addEmail(email);
        }
        for (int at = 23; at < 31; at += 2) {
            Address address = new Address();
            address.setStreetAddress(column[at + 1]);
            address.getTypes().add(AddressType.get(column[at]));
            card.addAddress(address);
        }
        for (int at = 31; at < 39; at += 2) {
            Url url = new Url(column[at + 1]);
            if (!column[at].isEmpty()) {
                url.setGroup("item" + at);
                RawProperty label = card.addExtendedProperty("X-ABLabel", column[at]);
                label.setGroup("item" + at);
            }
            card.addUrl(url);
        }
        if (photo != null) {
            card.addPhoto(new Photo(photo, ImageType.JPEG));
        }
        return Ezvcard.write(card).version(VCardVersion.V3_0).prodId(false).go();
    }

    static String escaped(String text) {
        StringBuilder line = new StringBuilder();
        for (char one : text.toCharArray()) {
            if (one < ' ' || one > '~' || one == '\\' || one == '"') {
                line.append(String.format("\\u%04x", (int) one));
            } else {
                line.append(one);
            }
        }
        return line.toString();
    }
}
