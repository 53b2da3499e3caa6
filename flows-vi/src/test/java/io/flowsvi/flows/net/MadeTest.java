package io.flowsvi.flows.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.ParameterException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deep masked networks in blocks: what they compute, and the way of finding coordinates. */
class MadeTest {
  /** Sums in another order. */
  private static final double ROUNDING = 1e-11;

  private final ParamStore store = new ParamStore(Seed.of(1));

  private Made made(int dim, int context, int blocks, Activation activation) {
    return made("made", dim, context, blocks, activation);
  }

  private Made made(String name, int dim, int context, int blocks, Activation activation) {
    MadeSettings settings =
        MadeSettings.of(dim, 2 * dim + 3, dim + 2)
            .withNumbers(3)
            .withContext(context)
            .withActivation(activation);
    Made made = MadeOfMasks.blocks(store.scope(name), settings, blocks);
    for (Param p : store.params()) {
      double[] values = new double[p.shape().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = 0.6 * Math.sin(1 + p.offset() + 1.7 * i);
      }
      p.set(values);
    }
    return made;
  }

  private static double[] numbers(int n, double shift) {
    return IntStream.range(0, n).mapToDouble(i -> Math.cos(shift + 2.3 * i)).toArray();
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "5, 1", "5, 2", "5, 5", "12, 4"})
  void coordinateSeesExactlyThoseBeforeIt(int dim, int blocks) {
    Made made = made(dim, 0, blocks, Activation.TANH);
    try (Session session = Session.open(1)) {
      for (int i = 0; i < dim; i++) {
        int at = i;
        double[] slopes =
            session.compute(
                arena ->
                    Tape.gradient(
                            numbers(dim, 0),
                            Shape.of(1, dim),
                            x -> made.table(x, Optional.empty()).at(1, at).sum())
                        .gradients()
                        .get(0));
        for (int j = 0; j < dim; j++) {
          assertThat(slopes[j] != 0).as("coordinate %d of input %d", i, j).isEqualTo(j < i);
        }
      }
    }
  }

  /** The same weights, put into whole matrices with zeros, and multiplied by hand. */
  @ParameterizedTest
  @CsvSource({"1, 1, 0", "1, 1, 2", "5, 1, 0", "5, 2, 0", "5, 5, 2", "12, 4, 2"})
  void computesWhatTheWholeMaskedMatricesDo(int dim, int blocks, int context) {
    Made made = made(dim, context, blocks, Activation.ELU);
    double[] x = numbers(dim, 0.4);
    double[] c = numbers(context, 2);
    int[] sees = IntStream.rangeClosed(1, dim).toArray();
    double[] values = x;
    for (int layer = 1; layer <= 3; layer++) {
      int[] gives =
          layer < 3
              ? made.settings().degrees(layer - 1, "made")
              : IntStream.range(0, 3 * dim).map(o -> o % dim).toArray();
      double[] next = new double[gives.length];
      for (int o = 0; o < next.length; o++) {
        next[o] = entry(layer, "b", gives, o, 0);
        for (int i = 0; i < sees.length; i++) {
          next[o] += sees[i] <= gives[o] ? entry(layer, "w", gives, o, i) * values[i] : 0;
        }
        for (int k = 0; layer == 1 && k < context; k++) {
          next[o] += entry(layer, "c", gives, o, k) * c[k];
        }
        next[o] = layer < 3 && next[o] < 0 ? Math.expm1(next[o]) : next[o];
      }
      values = next;
      sees = gives;
    }
    double[] expected = values;
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            Tensor input = arena.tensor(x, Shape.of(1, dim));
            Optional<Tensor> given =
                context == 0 ? Optional.empty() : Optional.of(arena.tensor(c, Shape.of(context)));
            double[] got = Tensor.concat(made.numbers(input, given), -1).toDoubles();
            double[] table = made.table(input, given).transpose().toDoubles();
            for (int o = 0; o < got.length; o++) {
              assertThat(got[o]).as("output %d", o).isCloseTo(expected[o], within(ROUNDING));
              assertThat(table[o]).isEqualTo(got[o]);
            }
            return null;
          });
    }
  }

  /** A parameter of output o, found in the block whose range holds the output's degree. */
  private double entry(int layer, String kind, int[] gives, int o, int column) {
    List<Param> parts =
        store.params().stream()
            .filter(p -> p.path().matches("made/" + kind + layer + "(\\.\\d+)?"))
            .toList();
    int blocks = (int) store.params().stream().filter(p -> p.path().startsWith("made/b3")).count();
    int dim = (int) Arrays.stream(gives).distinct().count() + (layer < 3 ? gives[0] : 0);
    int block = 0;
    while (gives[o] >= dim * (block + 1) / blocks) {
      block++;
    }
    int low = dim * block / blocks;
    int high = dim * (block + 1) / blocks;
    int row = 0;
    for (int i = 0; i < o; i++) {
      row += gives[i] >= low && gives[i] < high ? 1 : 0;
    }
    String suffix = blocks == 1 ? "" : "." + block;
    Param part =
        parts.stream()
            .filter(p -> p.path().endsWith(kind + layer + suffix))
            .findFirst()
            .orElseThrow();
    int columns = part.shape().rank() == 1 ? 1 : part.shape().dim(1);
    return part.toDoubles()[row * columns + column];
  }

  /** t_i − numbers, in D whole passes. */
  private static Tensor byPasses(Made made, Tensor targets, Optional<Tensor> context) {
    Tensor x = Arena.current().zeros(targets.shape());
    for (int i = 0; i < made.dim(); i++) {
      List<Tensor> numbers = made.numbers(x, context);
      int at = i;
      List<Tensor> own = numbers.stream().map(n -> n.slice(-1, at, at + 1)).toList();
      Tensor found = found(targets.slice(-1, i, i + 1), own);
      x = x.plus(found.pad(-1, i, made.dim() - 1 - i));
    }
    return x;
  }

  private static Tensor found(Tensor target, List<Tensor> own) {
    return target.minus(own.get(0)).times(own.get(1).tanh().exp()).plus(own.get(2).sin());
  }

  private static Tensor bySolving(Made made, Tensor targets, Optional<Tensor> context) {
    return made.solve(
            targets.shape().dim(0),
            context,
            (i, n) ->
                found(
                    targets.slice(-1, i, i + 1).transpose(),
                    IntStream.range(0, 3).mapToObj(p -> n.slice(0, p, p + 1)).toList()))
        .transpose();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1, JAVA",
    "1, 2, 1, JAVA",
    "2, 0, 2, JAVA",
    "5, 0, 1, JAVA",
    "5, 0, 5, JAVA",
    "7, 1, 3, JAVA",
    "7, 2, 3, JAVA",
    "7, 2, 3, TORCH"
  })
  void solvingAgreesWithWholePassesInValueAndGradient(
      int dim, int contextRank, int blocks, Backend backend) {
    Made made = made(dim, contextRank == 0 ? 0 : 2, blocks, Activation.TANH);
    int rows = 3;
    double[] targets = numbers(rows * dim, 1);
    List<double[]> results = new ArrayList<>();
    try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
      for (boolean solve : new boolean[] {false, true}) {
        Supplier<Tensor> found =
            () -> {
              Arena arena = Arena.current();
              Tensor t = arena.tensor(targets, Shape.of(rows, dim));
              Shape shape = contextRank == 1 ? Shape.of(2) : Shape.of(rows, 2);
              Optional<Tensor> context =
                  contextRank == 0
                      ? Optional.empty()
                      : Optional.of(arena.tensor(numbers(shape.size(), 3), shape));
              return solve ? bySolving(made, t, context) : byPasses(made, t, context);
            };
        results.add(session.compute(arena -> found.get().toDoubles()));
        double[] gradient = new double[store.size()];
        session.compute(arena -> Tape.gradient(store, gradient, () -> found.get().square().sum()));
        results.add(gradient);
      }
    }
    assertThat(results.get(2)).containsExactly(results.get(0), within(ROUNDING));
    double largest = Arrays.stream(results.get(1)).map(Math::abs).max().orElseThrow();
    assertThat(largest).isPositive();
    assertThat(results.get(3)).containsExactly(results.get(1), within(ROUNDING * (1 + largest)));
  }

  /** The same coordinates on plain arrays, for every activation. */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 1, JAVA",
    "1, 2, 1, JAVA",
    "5, 0, 5, JAVA",
    "7, 1, 3, JAVA",
    "7, 2, 1, JAVA",
    "7, 2, 3, JAVA",
    "7, 2, 3, TORCH"
  })
  void sweepingFindsWhatSolvingFinds(int dim, int contextRank, int blocks, Backend backend) {
    for (Activation activation : Activation.values()) {
      Made made = made(activation.name(), dim, contextRank == 0 ? 0 : 2, blocks, activation);
      int rows = 3;
      double[] targets = numbers(rows * dim, 1);
      try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
        session.compute(
            arena -> {
              Tensor t = arena.tensor(targets, Shape.of(rows, dim));
              Shape shape = contextRank == 1 ? Shape.of(2) : Shape.of(rows, 2);
              Optional<Tensor> context =
                  contextRank == 0
                      ? Optional.empty()
                      : Optional.of(arena.tensor(numbers(shape.size(), 3), shape));
              double[][] swept =
                  made.sweep(
                      rows,
                      context,
                      (i, n) -> {
                        double[] found = new double[rows];
                        for (int r = 0; r < rows; r++) {
                          double slope = Math.exp(Math.tanh(n[1][r]));
                          found[r] = (targets[r * dim + i] - n[0][r]) * slope + Math.sin(n[2][r]);
                        }
                        return found;
                      });
              double[] solved = bySolving(made, t, context).transpose().toDoubles();
              for (int i = 0; i < dim; i++) {
                assertThat(swept[i])
                    .containsExactly(
                        Arrays.copyOfRange(solved, i * rows, (i + 1) * rows), within(ROUNDING));
              }
              return null;
            });
      }
    }
  }

  @Test
  void wideNetworksAreCutToBlocksAndStoreNoWeightAboveTheDiagonal() {
    Made.of(store.scope("wide"), MadeSettings.of(43, 512, 512));
    int whole = 512 * 43 + 512 * 512 + 86 * 512 + 512 + 512 + 86;
    assertThat(store.size()).isLessThan((int) (0.7 * whole));
  }

  @Test
  void sizesThatMakeNoNetworkAreRefused() {
    assertThatThrownBy(() -> MadeSettings.of(0, 5))
        .isInstanceOf(ParameterException.class)
        .hasMessage("MadeSettings: dim must be at least 1, got 0.");
    assertThatThrownBy(() -> MadeSettings.of(3))
        .hasMessage("MadeSettings: there must be a hidden layer, got [].");
    assertThatThrownBy(() -> MadeSettings.of(3, 5).withNumbers(0))
        .hasMessage("MadeSettings: numbers must be at least 1, got 0.");
    assertThatThrownBy(() -> MadeSettings.of(3, 5).withContext(-1))
        .hasMessage("MadeSettings: context must not be negative, got -1.");
    assertThatThrownBy(() -> Made.of(store.scope("narrow"), MadeSettings.of(6, 8, 4)))
        .hasMessageContaining("needs at least 5 hidden units, got 4");
  }
}
