package io.flowsvi.ppl.vector;

/**
 * Whether this JVM was started with {@code --add-modules jdk.incubator.vector}, and how many
 * numbers a vector has.
 */
public final class VectorUnit {
  private static final int DOUBLES = find(Width.DOUBLE);
  private static final int FLOATS = find(Width.FLOAT);

  /** Shown by the benchmark of steps: 20,000 steps of a smaller loop end before vectors pay. */
  private static final int SMALLEST = Integer.getInteger("flowsvi.vector.smallest", 480);

  private VectorUnit() {}

  /** The numbers in a vector; 1 without the module. */
  static int lanes(Width width) {
    return width == Width.DOUBLE ? DOUBLES : FLOATS;
  }

  /** Whether there are vectors. */
  public static boolean isPresent() {
    return DOUBLES > 1;
  }

  /**
   * Whether a loop over so many elements uses vectors: from 480 on, or the system property {@code
   * flowsvi.vector.smallest}. Until HotSpot has compiled it, code for vectors is a hundred times
   * slower than that for single numbers, and small loops reach that point late.
   */
  public static boolean pay(int elements) {
    return isPresent() && elements >= SMALLEST;
  }

  private static int find(Width width) {
    // Not by findModule, which links streams: this runs on the way to the first step.
    boolean found = false;
    for (Module module : ModuleLayer.boot().modules()) {
      found |= module.getName().equals("jdk.incubator.vector");
    }
    if (!found) {
      return 1;
    }
    try {
      Class<?> vectors = Class.forName("jdk.incubator.vector." + width.vectors());
      Object species = vectors.getField("SPECIES_PREFERRED").get(null);
      Class<?> type = Class.forName("jdk.incubator.vector.VectorSpecies");
      return (int) type.getMethod("length").invoke(species);
    } catch (ReflectiveOperationException e) {
      // The module has no promises: another version of it may have other names.
      return 1;
    }
  }
}
