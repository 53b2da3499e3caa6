package io.flowsvi.flows.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.flows.layer.Lu;
import io.flowsvi.flows.layer.Permutation;
import io.flowsvi.flows.layer.Qr;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.layer.Signs;
import io.flowsvi.flows.net.Activation;
import io.flowsvi.flows.net.ConvolutionNet;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.ParameterException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Snapshot;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import java.util.Arrays;
import java.util.Map;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the transform contract does not ask of layers on images: order, chains, data, messages. */
class ImageLayersTest {
  private static final double ROUNDING = 1e-12;

  private final ParamStore store = new ParamStore(Seed.of(1));
  private final ParamScope scope = store.scope("q");

  private static void refuses(ThrowingCallable misuse, String message) {
    assertThatThrownBy(misuse).isInstanceOf(LayerException.class).hasMessage(message);
  }

  private static double[] normals(String key, int n) {
    var normal = ZigguratSampler.NormalizedGaussian.of(Seed.of(9).fold(key).generator());
    double[] x = new double[n];
    Arrays.setAll(x, i -> normal.sample());
    return x;
  }

  /** Every number moves a little, weights of the couplings' last convolutions too. */
  private static void move(ParamStore store, double scale) {
    for (Param p : store.params()) {
      double[] noise = normals(p.path(), p.shape().size());
      double[] now = p.toDoubles();
      Arrays.setAll(now, i -> now[i] + scale * noise[i]);
      p.set(now);
    }
  }

  @Test
  void squeezeTurnsBlocksIntoChannels() {
    double[] x = new double[32];
    Arrays.setAll(x, i -> i);
    try (Session session = Session.open(1)) {
      double[] y =
          session.compute(
              a ->
                  new Squeeze(new ImageShape(2, 4, 4))
                      .bind(Values.empty())
                      .forward(a.tensor(x, Shape.of(1, 32)))
                      .value()
                      .toDoubles());
      // Channel 0: upper left of each block of the first channel; channel 1: upper right, …
      assertThat(y)
          .startsWith(0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15, 16, 18, 24, 26);
    }
  }

  @Test
  void invertibleConvolutionIsOneMatrixAtEveryPixel() {
    ImageShape image = new ImageShape(3, 2, 2);
    InvertibleConvolution layer = InvertibleConvolution.lu(image, Seed.of(4));
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Values values =
                new Values(
                    Map.of(
                        "logDiagonal", a.tensor(normals("d", 3), Shape.of(3)),
                        "lower", a.tensor(normals("l", 3), Shape.of(3)),
                        "upper", a.tensor(normals("u", 3), Shape.of(3))));
            double[] unit = new double[3 * 12];
            for (int c = 0; c < 3; c++) {
              unit[c * 12 + c * 4] = 1;
            }
            Tensor columns = layer.bind(values).forward(a.tensor(unit, Shape.of(3, 12))).value();
            Tensor w = columns.reshape(Shape.of(3, 3, 4)).at(2, 0).transpose();
            double[] x = normals("x", 12);
            double[] expected =
                w.matmul(a.tensor(x, Shape.of(3, 4))).reshape(Shape.of(12)).toDoubles();
            Tensor given = a.tensor(x, Shape.of(1, 12));
            assertThat(layer.bind(values).forward(given).value().toDoubles())
                .containsExactly(expected, within(ROUNDING));
            assertThat(layer.bind(values).forward(given).logDet().item())
                .isCloseTo(4 * w.logAbsDet().item(), within(ROUNDING));
            return null;
          });
    }
  }

  @Test
  void periodicConvolutionSeesThatAKernelHasNoInverse() {
    ImageShape image = new ImageShape(1, 1, 4);
    PeriodicConvolution layer = new PeriodicConvolution(image, 1, 2);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            // z[j - 1] + z[j]: an alternating row has the image 0.
            Tensor sum = a.tensor(new double[] {1, 1}, Shape.of(1, 1, 1, 2));
            assertThat(layer.leastLogDet(new Values(Map.of("kernel", sum))).item()).isLessThan(-30);
            Tensor more = a.tensor(new double[] {1, 2}, Shape.of(1, 1, 1, 2));
            assertThat(layer.leastLogDet(new Values(Map.of("kernel", more))).item())
                .isCloseTo(0, within(ROUNDING));
            return null;
          });
    }
  }

  @Test
  void actNormStartsWhereChannelsHaveMeanZeroAndVarianceOne() {
    ImageShape image = new ImageShape(2, 2, 2);
    BijectiveChain chain =
        Chain.of(8)
            .then(new ActNorm(image))
            .then(InvertibleConvolution.qr(image, Seed.of(2)))
            .then(Split.standard(image))
            .then(new Leading(8, new ActNorm(image.withChannels(1))));
    Constant numbers = Constant.of(chain, scope);
    double[] rows = normals("rows", 8 * 50);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i % 8 < 4 ? 3 + 2 * rows[i] : -1 + 0.1 * rows[i];
    }
    try (Session session = Session.open(1)) {
      numbers.startFrom(session, rows);
      double[] kept = numbers.params(3).get("logScale").toDoubles();
      double[] noise =
          session.compute(
              a -> {
                Tensor x = a.tensor(rows, Shape.of(50, 8));
                for (int i = 0; i < 4; i++) {
                  Map<String, Param> own = numbers.params(i);
                  var parts = new java.util.LinkedHashMap<String, Tensor>();
                  own.forEach((name, p) -> parts.put(name, p.value()));
                  x = chain.layers().get(i).bind(new Values(parts)).forward(x).value();
                }
                return x.slice(1, 0, 4).toDoubles();
              });
      double mean = Arrays.stream(noise).average().orElseThrow();
      double square = Arrays.stream(noise).map(v -> v * v).average().orElseThrow();
      assertThat(mean).isCloseTo(0, within(ROUNDING));
      assertThat(square).isCloseTo(1, within(ROUNDING));
      // What has been trained, or started, stays.
      Arrays.setAll(rows, i -> 5 * rows[i]);
      numbers.startFrom(session, rows);
      assertThat(numbers.params(3).get("logScale").toDoubles()).containsExactly(kept);
    }
  }

  @ParameterizedTest
  @EnumSource(Mixing.class)
  void glowScoresItsOwnDrawsAndIsSavedWithItsNumbers(Mixing mixing) {
    ImageShape image = new ImageShape(1, 4, 4);
    BijectiveChain chain = new Glow(2, 1, 3, mixing).chain(image, scope);
    Flow flow = chain.pullback(Constant.of(chain, scope.child("chain")));
    move(store, 0.1);
    try (Session session = Session.open(1)) {
      double[] x =
          session.compute(
              a -> {
                Draw draw = flow.draw(session.seed().fold("x"), Shape.of(5));
                assertThat(flow.logProb(draw.value()).toDoubles())
                    .containsExactly(draw.logProb().toDoubles(), within(1e-9));
                return draw.value().toDoubles();
              });
      Snapshot saved = store.snapshot();
      double[] before =
          session.compute(a -> flow.logProb(a.tensor(x, Shape.of(5, 16))).toDoubles());
      move(store, 0.3);
      store.restore(saved);
      double[] after = session.compute(a -> flow.logProb(a.tensor(x, Shape.of(5, 16))).toDoubles());
      assertThat(after).containsExactly(before);
    }
    assertThat(chain.describe()).startsWith("Squeeze(16) -> ActNorm(16) -> InvertibleConvolution");
  }

  @Test
  void splitLeavesTheFrontToTheLayersThatFollow() {
    Split split = Split.learned(new ImageShape(4, 2, 2), 4, scope);
    assertThat(split.kept()).isEqualTo(new ImageShape(2, 2, 2));
    Chain.of(16).then(split).then(new Leading(16, new ActNorm(split.kept())));
    refuses(
        () -> Chain.of(16).then(split).then(new ActNorm(new ImageShape(4, 2, 2))),
        "Layer 2 'ActNorm' reads images of (4, 2, 2), but layer 1 'Split' leaves images of (2, 2,"
            + " 2) (channels, height, width).");
  }

  @Test
  void chainsRefuseAnotherReadingOfTheImage() {
    BijectiveChain chain =
        Chain.of(16).then(new Squeeze(new ImageShape(1, 4, 4))).then(new ShiftScale(16, 1));
    chain.then(new ActNorm(new ImageShape(4, 2, 2)));
    refuses(
        () -> chain.then(new ActNorm(new ImageShape(1, 4, 4))),
        "Layer 3 'ActNorm' reads images of (1, 4, 4), but layer 1 'Squeeze' leaves images of (4, 2,"
            + " 2) (channels, height, width).");
    refuses(
        () -> Chain.of(8).then(new ActNorm(new ImageShape(1, 4, 4))),
        "Layer 1 'ActNorm' works on 16 dimensions, but the chain on 8. Chain: ActNorm(16).");
  }

  @Test
  void layersRefuseImagesTheyCannotTake() {
    ImageShape image = new ImageShape(3, 4, 5);
    assertThat(image).hasToString("3x4x5");
    refuses(
        () -> new ImageShape(0, 4, 5),
        "An image needs at least 1 channel, row and column, got 0, 4 and 5.");
    refuses(
        () -> new Squeeze(image),
        "Squeeze cannot cut images of 3x4x5 into blocks of 2 x 2 pixels. Likely fix: images whose"
            + " height and width are multiples of them.");
    refuses(
        () -> new ChannelCoupling(new ImageShape(1, 4, 5), 8, scope),
        "ChannelCoupling needs at least 2 channels, got an image of 1x4x5. Likely fix: a Squeeze"
            + " before it.");
    refuses(
        () ->
            new CheckerboardCoupling(
                new ImageShape(4, 1, 1), CheckerboardCoupling.Kept.EVEN, 8, scope),
        "CheckerboardCoupling needs at least 2 pixels, got an image of 4x1x1.");
    refuses(
        () -> new EmergingConvolution(image, 2),
        "EmergingConvolution needs a kernel of odd size, so that it has a centre, got 2.");
    refuses(
        () -> new EmergingConvolution(image, 3).withSigns(Signs.positive(3), Signs.positive(2)),
        "EmergingConvolution on 3x4x5 needs 3 signs, got 2.");
    refuses(
        () -> new PeriodicConvolution(image, 5, 5),
        "PeriodicConvolution on 3x4x5 takes kernels from 1 x 1 to 4 x 5, got 5 x 5.");
    refuses(
        () -> InvertibleConvolution.of(image, new ShiftScale(4, 1)),
        "InvertibleConvolution on 3x4x5 needs a layer of 3 dimensions for the channels, got"
            + " 'ShiftScale' of 4.");
    refuses(
        () -> new Leading(3, new ShiftScale(4, 1)),
        "Leading on 3 dimensions cannot hold 'ShiftScale' of 4.");
    refuses(
        () -> new Glow(0, 4, 8, Mixing.LU),
        "Glow needs at least 1 level, step and hidden channel, got 0, 4 and 8.");
    refuses(
        () -> new Lu(Permutation.of(0, 1), Signs.positive(3)),
        "Lu on 2 dimensions needs as many signs, got 3.");
    refuses(() -> Qr.random(Signs.positive(0)), "Qr needs at least 1 reflection, got 0.");
    assertThatThrownBy(() -> ConvolutionNet.of(scope, Activation.RELU, 0, 8, 2))
        .isInstanceOf(ParameterException.class)
        .hasMessage(
            "ConvolutionNet 'q' needs at least 1 input, hidden and output channel, got 0, 8 and"
                + " 2.");
  }
}
