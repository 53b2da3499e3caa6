package io.flowsvi.flows.family;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Suggests known names for a misspelt one, by edit distance. */
public final class NearestName {
  private static final int MOST = 3;

  private NearestName() {}

  /** {@code "Unknown family 'iav'. Did you mean 'iaf'? Known: ..."}. */
  public static String message(String kind, String unknown, Collection<String> known) {
    List<String> near = nearest(unknown, known);
    String hint = near.isEmpty() ? "" : " Did you mean '" + String.join("', '", near) + "'?";
    return "Unknown "
        + kind
        + " '"
        + unknown
        + "'."
        + hint
        + " Known: "
        + String.join(", ", known.stream().sorted().toList())
        + ".";
  }

  /** The known names near a misspelt one, the nearest first; none where no name is near. */
  public static List<String> nearest(String unknown, Collection<String> known) {
    return known.stream()
        .filter(name -> near(unknown, name))
        .sorted(
            Comparator.<String>comparingInt(name -> distance(unknown, name))
                .thenComparing(Comparator.naturalOrder()))
        .limit(MOST)
        .toList();
  }

  /** Its beginning; or at most half of it wrong, and something of it right: 'y' is not near 'J'. */
  private static boolean near(String unknown, String name) {
    int distance = distance(unknown, name);
    if (unknown.length() >= 3 && name.startsWith(unknown)) {
      return true;
    }
    return distance <= Math.max(2, unknown.length() / 2)
        && distance < Math.max(unknown.length(), name.length());
  }

  /** Levenshtein's distance, case ignored. */
  static int distance(String a, String b) {
    String s = a.toLowerCase(Locale.ROOT);
    String t = b.toLowerCase(Locale.ROOT);
    int[] row = new int[t.length() + 1];
    for (int j = 0; j <= t.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= s.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= t.length(); j++) {
        int replace = diagonal + (s.charAt(i - 1) == t.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[t.length()];
  }
}
