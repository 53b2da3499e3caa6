package io.flowsvi.flows.layer;

import static io.flowsvi.flows.image.CheckerboardCoupling.Kept.EVEN;
import static io.flowsvi.flows.image.CheckerboardCoupling.Kept.ODD;

import io.flowsvi.flows.image.ActNorm;
import io.flowsvi.flows.image.ChannelCoupling;
import io.flowsvi.flows.image.CheckerboardCoupling;
import io.flowsvi.flows.image.EmergingConvolution;
import io.flowsvi.flows.image.ImageShape;
import io.flowsvi.flows.image.InvertibleConvolution;
import io.flowsvi.flows.image.Leading;
import io.flowsvi.flows.image.PeriodicConvolution;
import io.flowsvi.flows.image.Split;
import io.flowsvi.flows.image.Squeeze;
import io.flowsvi.ppl.tensor.Seed;
import java.util.List;
import java.util.function.IntFunction;

/** The rows of layers on images: each dimension of the contract is read as some small image. */
final class ImageRows {
  private static final double EXACT = 1e-12;
  private static final double ANY = Double.POSITIVE_INFINITY;

  /** One channel: what counts is the pixels. */
  private static final IntFunction<ImageShape> WIDE =
      d ->
          switch (d) {
            case 3 -> new ImageShape(1, 3, 1);
            case 4 -> new ImageShape(1, 2, 2);
            case 20 -> new ImageShape(1, 4, 5);
            default -> new ImageShape(1, 1, d);
          };

  /** Few pixels: what counts is the channels. */
  private static final IntFunction<ImageShape> DEEP =
      d ->
          switch (d) {
            case 4 -> new ImageShape(2, 1, 2);
            case 20 -> new ImageShape(5, 2, 2);
            default -> new ImageShape(d, 1, 1);
          };

  /** Both. */
  private static final IntFunction<ImageShape> BOTH =
      d -> d == 20 ? new ImageShape(2, 5, 2) : d == 4 ? new ImageShape(2, 2, 1) : DEEP.apply(d);

  private ImageRows() {}

  static List<LayerRow> rows() {
    Seed seed = Seed.of(3);
    return List.of(
        row("ActNorm", WIDE, EXACT, 1, (i, s) -> new ActNorm(i)),
        row("ActNorm deep", DEEP, EXACT, 1, (i, s) -> new ActNorm(i)),
        row("1x1 LU wide", WIDE, ANY, 1, (i, s) -> InvertibleConvolution.lu(i, seed)),
        row("1x1 LU deep", DEEP, ANY, 1, (i, s) -> InvertibleConvolution.lu(i, seed)),
        row("1x1 QR", BOTH, ANY, 1, (i, s) -> InvertibleConvolution.qr(i, seed)),
        row("1x1 QR deep", DEEP, ANY, 1, (i, s) -> InvertibleConvolution.qr(i, seed)),
        row(
                "1x1 of splines",
                BOTH,
                EXACT,
                1,
                (i, s) -> InvertibleConvolution.of(i, new Spline(i.channels(), 4, 3)))
            .withFineGrid(),
        row("Emerging wide", WIDE, 0.5, 1, (i, s) -> emerging(i, 3)),
        row("Emerging deep", DEEP, 0.5, 1, (i, s) -> emerging(i, 3)),
        row("Emerging", BOTH, 0.5, 1, (i, s) -> emerging(i, 5)),
        row(
            "Emerging signed",
            BOTH,
            ANY,
            1,
            (i, s) ->
                new EmergingConvolution(i, 3)
                    .withSigns(
                        Signs.random(i.channels(), seed), Signs.random(i.channels(), seed.fold(1)))
                    .withSequentialInverse()),
        row("Periodic wide", WIDE, 0.5, 1, (i, s) -> periodic(i)).withFineGrid(),
        row("Periodic deep", DEEP, 0.5, 1, (i, s) -> periodic(i)).withFineGrid(),
        row("Periodic", BOTH, 0.5, 1, (i, s) -> periodic(i)).withFineGrid(),
        row("ChannelCoupling", DEEP, EXACT, 2, (i, s) -> new ChannelCoupling(i, 4, s)),
        row("ChannelCoupling both", BOTH, EXACT, 2, (i, s) -> new ChannelCoupling(i, 4, s)),
        row("Checkerboard", WIDE, EXACT, 2, (i, s) -> new CheckerboardCoupling(i, EVEN, 4, s)),
        row("Checkerboard odd", WIDE, EXACT, 2, (i, s) -> new CheckerboardCoupling(i, ODD, 4, s)),
        row("Squeeze", WIDE, ANY, 1, (i, s) -> squeeze(i)),
        row("Squeeze both", BOTH, ANY, 1, (i, s) -> squeeze(i)),
        row("Split", DEEP, EXACT, 1, (i, s) -> Split.standard(i)),
        row("Split learned", BOTH, EXACT, 2, (i, s) -> Split.learned(i, 4, s)),
        new LayerRow(
            "Leading",
            (d, s) -> new Leading(d, emerging(DEEP.apply(Math.max(1, d / 2)), 3)),
            0.5,
            1));
  }

  private interface Build {
    Layer of(ImageShape image, io.flowsvi.ppl.tensor.ParamScope scope);
  }

  private static LayerRow row(
      String name, IntFunction<ImageShape> image, double near, int least, Build build) {
    return new LayerRow(name, (d, s) -> build.of(image.apply(d), s), near, least);
  }

  private static BijectiveLayer emerging(ImageShape image, int size) {
    return new EmergingConvolution(image, size).withSequentialInverse();
  }

  private static Layer periodic(ImageShape image) {
    return new PeriodicConvolution(image, Math.min(3, image.height()), Math.min(3, image.width()));
  }

  private static Layer squeeze(ImageShape image) {
    return new Squeeze(image, image.height() % 2 == 0 ? 2 : 1, image.width() % 2 == 0 ? 2 : 1);
  }
}
