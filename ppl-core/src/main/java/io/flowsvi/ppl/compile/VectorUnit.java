package io.flowsvi.ppl.compile;

/**
 * Whether this JVM was started with {@code --add-modules jdk.incubator.vector}, and how many
 * numbers a vector has.
 */
final class VectorUnit {
  private static final int LANES = find();

  private VectorUnit() {}

  /** The numbers in a vector; 1 without the module. */
  static int lanes() {
    return LANES;
  }

  static boolean isPresent() {
    return LANES > 1;
  }

  private static int find() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return 1;
    }
    try {
      Class<?> vectors = Class.forName("jdk.incubator.vector.DoubleVector");
      Object species = vectors.getField("SPECIES_PREFERRED").get(null);
      Class<?> type = Class.forName("jdk.incubator.vector.VectorSpecies");
      return (int) type.getMethod("length").invoke(species);
    } catch (ReflectiveOperationException e) {
      // The module has no promises: another version of it may have other names.
      return 1;
    }
  }
}
