package io.flowsvi.models.cli;

import io.flowsvi.flows.density.Rows;
import io.flowsvi.flows.image.ImageShape;
import io.flowsvi.models.data.Digits;
import io.flowsvi.models.data.NumericCsv;
import io.flowsvi.models.data.Toys;
import io.flowsvi.ppl.tensor.Seed;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the density command fits.
 *
 * @param table names and rows
 * @param image how a row is read as an image, if it is one
 * @param cell width of the cells in which the data are counted, 0 if they are continuous
 */
record DensityData(NumericCsv table, Optional<ImageShape> image, double cell) {
  /** The name of the bundled digits. */
  static final String DIGITS = "digits";

  /** A toy of so many rows, the digits, or a file. */
  static DensityData named(String name, int rows, Seed seed) {
    Toys.Toy toy = Toys.all().get(name);
    if (toy != null) {
      Rows drawn = Toys.rows(toy, rows, seed.fold("toy"));
      return new DensityData(new NumericCsv(List.of("x1", "x2"), drawn), Optional.empty(), 0);
    }
    if (name.equals(DIGITS)) {
      List<String> names = IntStream.range(0, Digits.PIXELS).mapToObj(k -> "p" + k).toList();
      Rows pixels = new Rows(Digits.bundled().pixels(), Digits.PIXELS);
      ImageShape image = new ImageShape(1, Digits.SIDE, Digits.SIDE);
      return new DensityData(new NumericCsv(names, pixels), Optional.of(image), 1);
    }
    return new DensityData(NumericCsv.read(Path.of(name)), Optional.empty(), 0);
  }
}
