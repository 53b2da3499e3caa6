package io.flowsvi.ppl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Convolutions against their definition as sums; sizes and messages. */
class ConvolutionTest {
  /** Sums of a few dozen products, added in another order. */
  private static final double ROUNDING = 1e-13;

  private static double[] numbers(String key, int n) {
    var random = Seed.of(3).fold(key).generator();
    double[] x = new double[n];
    Arrays.setAll(x, i -> 2 * random.nextDouble() - 1);
    return x;
  }

  @ParameterizedTest
  @CsvSource({"1,0,3,2", "1,1,3,3", "2,0,2,2", "2,1,3,3", "3,2,4,5", "1,0,1,1"})
  void convolutionIsTheSumOfItsDefinition(int stride, int padding, int kh, int kw) {
    int n = 5;
    int channels = 3;
    int outputs = 4;
    int height = 7;
    int width = 6;
    double[] x = numbers("x", n * channels * height * width);
    double[] k = numbers("k", outputs * channels * kh * kw);
    int rows = (height + 2 * padding - kh) / stride + 1;
    int columns = (width + 2 * padding - kw) / stride + 1;
    double[] expected = new double[n * outputs * rows * columns];
    for (int r = 0; r < expected.length; r++) {
      int j = r % columns;
      int i = r / columns % rows;
      int o = r / columns / rows % outputs;
      int image = r / columns / rows / outputs;
      for (int q = 0; q < channels * kh * kw; q++) {
        int row = i * stride + q / kw % kh - padding;
        int column = j * stride + q % kw - padding;
        if (row >= 0 && row < height && column >= 0 && column < width) {
          int c = q / kw / kh;
          expected[r] +=
              k[o * channels * kh * kw + q]
                  * x[((image * channels + c) * height + row) * width + column];
        }
      }
    }
    for (Backend backend : new Backend[] {Backend.JAVA, Backend.TORCH}) {
      try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
        session.compute(
            a -> {
              Tensor y =
                  a.tensor(x, Shape.of(n, channels, height, width))
                      .convolve(a.tensor(k, Shape.of(outputs, channels, kh, kw)), stride, padding);
              assertThat(y.shape()).isEqualTo(Shape.of(n, outputs, rows, columns));
              assertThat(y.toDoubles()).containsExactly(expected, within(ROUNDING));
              return null;
            });
      }
    }
  }

  /** ⟨convolve(x, k), y⟩ = ⟨x, transposeConvolve(y, k)⟩ for every output padding. */
  @ParameterizedTest
  @EnumSource(Backend.class)
  void transposedConvolutionIsTheAdjoint(Backend backend) {
    try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
      for (int outputPadding = 0; outputPadding < 2; outputPadding++) {
        int side = 5 + outputPadding;
        session.compute(
            a -> {
              Tensor x = a.tensor(numbers("x", 2 * 3 * side * side), Shape.of(2, 3, side, side));
              Tensor k = a.tensor(numbers("k", 4 * 3 * 9), Shape.of(4, 3, 3, 3));
              Tensor y = a.tensor(numbers("y", 2 * 4 * 9), Shape.of(2, 4, 3, 3));
              Tensor back = y.transposeConvolve(k, 2, 1, side - 5);
              assertThat(back.shape()).isEqualTo(x.shape());
              assertThat(x.convolve(k, 2, 1).times(y).sum().item())
                  .isCloseTo(x.times(back).sum().item(), within(ROUNDING * 100));
              return null;
            });
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void leadingAxesAreImagesOfTheirOwn(Backend backend) {
    try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
      session.compute(
          a -> {
            Tensor x = a.tensor(numbers("x", 2 * 3 * 16), Shape.of(2, 3, 1, 4, 4));
            Tensor k = a.tensor(numbers("k", 18), Shape.of(2, 1, 3, 3));
            Tensor y = x.convolve(k, 1, 1);
            assertThat(y.shape()).isEqualTo(Shape.of(2, 3, 2, 4, 4));
            assertThat(x.at(0, 1).at(0, 2).convolve(k, 1, 1).toDoubles())
                .containsExactly(y.at(0, 1).at(0, 2).toDoubles(), within(ROUNDING));
            return null;
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void wrapContinuesAnAxisAroundItsEnds(Backend backend) {
    try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
      session.compute(
          a -> {
            Tensor x = a.tensor(new double[] {1, 2, 3, 4, 5, 6}, Shape.of(2, 3));
            assertThat(x.wrap(1, 2, 1).toDoubles())
                .containsExactly(2, 3, 1, 2, 3, 1, 5, 6, 4, 5, 6, 4);
            assertThatThrownBy(() -> x.wrap(1, 4, 0))
                .isInstanceOf(ShapeException.class)
                .hasMessage("wrap needs 0 to 3 elements on either side, got 4 and 0.");
            return null;
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void shapesThatDoNotFitAreNamed(Backend backend) {
    try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
      session.compute(
          a -> {
            Tensor x = a.tensor(new double[48], Shape.of(1, 3, 4, 4));
            Tensor k = a.tensor(new double[18], Shape.of(1, 2, 3, 3));
            assertThatThrownBy(() -> x.convolve(k, 1, 0))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                    "A convolution needs x [..., C, H, W] and a kernel [O, C, h, w], got (1, 3, 4,"
                        + " 4) and (1, 2, 3, 3).");
            assertThatThrownBy(() -> x.at(0, 0).at(0, 0).convolve(k, 1, 0))
                .hasMessageContaining("got (4, 4) and (1, 2, 3, 3)");
            assertThatThrownBy(() -> x.transposeConvolve(k, 1, 0, 0))
                .hasMessage(
                    "A transposed convolution needs y [..., O, H, W] and a kernel [O, C, h, w], got"
                        + " (1, 3, 4, 4) and (1, 2, 3, 3).");
            assertThatThrownBy(() -> x.at(0, 0).at(0, 0).transposeConvolve(k, 1, 0, 0))
                .hasMessageContaining("got (4, 4) and (1, 2, 3, 3)");
            Tensor large = a.tensor(new double[75], Shape.of(1, 3, 5, 5));
            assertThatThrownBy(() -> x.convolve(large, 1, 0))
                .hasMessage(
                    "A kernel of size 5 with stride 1 and padding 0 has no place on an axis of size"
                        + " 4.");
            assertThatThrownBy(() -> x.convolve(large, 0, 1))
                .hasMessageContaining("with stride 0 and padding 1");
            Tensor y = a.tensor(new double[9], Shape.of(1, 1, 3, 3));
            Tensor pair = a.tensor(new double[18], Shape.of(1, 2, 3, 3));
            assertThatThrownBy(() -> y.transposeConvolve(pair, 2, 1, 2))
                .hasMessageContaining("does not take images of 7 x 7 to those of (1, 1, 3, 3)")
                .hasMessageContaining("an output padding from 0 to stride - 1");
            Primitive towardsKernel = new Primitive.KernelConvolve(1, 0, 3, 3);
            assertThatThrownBy(() -> towardsKernel.shape(x.shape(), y.shape()))
                .hasMessage(
                    "A convolution of stride 1 and padding 0 with a kernel of 3 x 3 does not take"
                        + " (1, 3, 4, 4) to (1, 1, 3, 3).");
            return null;
          });
    }
  }
}
