import ezvcard.Ezvcard;
import ezvcard.VCard;
import ezvcard.VCardVersion;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads and writes the cards of the given files with ez-vcard. Each line of stdin, a number of
 * cards, is answered with the seconds that they took.
 */
public class EzVcardConversion {
    public static void main(String[] arguments) throws Exception {
        List<String> cards = new ArrayList<>();
        for (String file : arguments) {
            cards.add(Files.readString(Path.of(file), StandardCharsets.UTF_8));
        }
        BufferedReader asked =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            int count = Integer.parseInt(line);
            long octets = 0;
            long started = System.nanoTime();
            for (int index = 0; index < count; index++) {
                VCard card = Ezvcard.parse(cards.get(index % cards.size())).first();
                String written =
                    Ezvcard.write(card).version(VCardVersion.V3_0).prodId(false).go();
                octets += written.length();
            }
            double seconds = (System.nanoTime() - started) / 1e9;
            System.out.println(octets > 0 ? seconds : 0);
        }
    }
}
