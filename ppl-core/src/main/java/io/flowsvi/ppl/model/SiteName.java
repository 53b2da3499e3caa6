package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.PplException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The rule for names of sites. */
final class SiteName {
  private SiteName() {}

  static void check(String name) {
    if (name == null || name.isBlank()) {
      throw new PplException(
          "A site needs a name, got " + (name == null ? "none" : "a blank one") + ".");
    }
  }

  static String at(String name, int... index) {
    return name
        + Arrays.stream(index)
            .mapToObj(i -> String.valueOf(i + 1))
            .collect(Collectors.joining(",", "[", "]"));
  }
}
