package io.flowsvi.flows.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Slice;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FieldNetTest {
  private static final double ROUNDING = 1e-11;
  private static final double T = 0.37;

  static Stream<FieldSettings> settings() {
    int[][] hidden = {{}, {7}, {7, 6}, {7, 6, 5}, {4, 5, 6, 7}};
    List<FieldSettings> all = new ArrayList<>();
    for (int[] widths : hidden) {
      for (SmoothActivation activation : SmoothActivation.values()) {
        for (FieldSettings.Time time : FieldSettings.Time.values()) {
          for (int dim : new int[] {1, 3}) {
            all.add(FieldSettings.of(dim, widths).withActivation(activation).withTime(time));
          }
        }
      }
    }
    all.add(FieldSettings.of(3, 7, 6).withContext(2));
    all.add(FieldSettings.of(2, 7, 6, 5).withContext(4).withTime(FieldSettings.Time.SQUASH));
    for (FieldSettings.Time time : FieldSettings.Time.values()) {
      all.add(FieldSettings.of(3, 7, 6).withTime(time).withContext(2).withRank(2));
    }
    return all.stream();
  }

  private static FieldNet net(FieldSettings settings, ParamStore store) {
    FieldNet net = FieldNet.of(settings, store.scope("field"));
    Fields.scatter(store, 1);
    return net;
  }

  /** The numbers that a net is given: the same for all rows. */
  private static Values context(FieldNet net) {
    return given(net, Shape.scalar());
  }

  /** As a fit starts, whatever the context is. */
  private static Values starting(FieldNet net) {
    double[] start = new double[net.layout().size()];
    net.init().fill(net.layout(), Seed.of(5), start);
    for (Slice slice : net.layout().slices()) {
      if (slice.name().equals("context")) {
        double[] any = Fields.normals("context", slice.shape().size());
        System.arraycopy(any, 0, start, slice.offset(), any.length);
      }
    }
    return net.layout().split(Arena.current().tensor(start, Shape.of(start.length)));
  }

  /** For rows {@code [batch]}, each with its own. */
  private static Values given(FieldNet net, Shape batch) {
    Map<String, Tensor> all = new HashMap<>();
    for (Slice slice : net.layout().slices()) {
      Shape shape = batch.append(slice.shape());
      double[] numbers = Fields.normals(slice.name(), shape.size());
      all.put(slice.name(), Arena.current().tensor(numbers, shape));
    }
    return new Values(all);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void derivativesMatchTheJacobian(FieldSettings settings) {
    ParamStore store = new ParamStore(Seed.of(1));
    FieldNet net = net(settings, store);
    int d = settings.dim();
    double[] x = Fields.normals("x", 4 * d);
    try (Session session = Session.open(1)) {
      double[][] rows = new double[d][];
      for (int i = 0; i < d; i++) {
        int row = i;
        rows[i] =
            session.compute(
                a ->
                    Tape.gradient(
                            x,
                            Shape.of(2, 2, d),
                            t -> net.bind(context(net)).velocity(T, t).at(2, row).sum())
                        .gradients()
                        .get(0));
      }
      session.compute(
          a -> {
            Tensor at = a.tensor(x, Shape.of(2, 2, d));
            VectorField field = net.bind(context(net));
            Flowline line = field.at(T, at);
            assertThat(line.velocity().toDoubles())
                .containsExactly(field.velocity(T, at).toDoubles());
            double[] trace = line.divergence().expand(Shape.of(2, 2)).toDoubles();
            double[] directions = Fields.normals("v", 4 * 2 * d);
            Tangents tangents = field.push(T, at, a.tensor(directions, Shape.of(2, 2, 2, d)));
            assertThat(tangents.images().shape()).isEqualTo(Shape.of(2, 2, 2, d));
            double[] images = tangents.images().toDoubles();
            for (int n = 0; n < 4; n++) {
              double sum = 0;
              for (int i = 0; i < d; i++) {
                sum += rows[i][n * d + i];
                for (int k = 0; k < 2; k++) {
                  double image = 0;
                  for (int j = 0; j < d; j++) {
                    image += rows[i][n * d + j] * directions[(n * 2 + k) * d + j];
                  }
                  assertThat(images[(n * 2 + k) * d + i]).isCloseTo(image, within(ROUNDING));
                }
              }
              assertThat(trace[n]).as("row %d", n).isCloseTo(sum, within(ROUNDING));
            }
            return null;
          });
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void startsAsTheFieldThatDoesNothing(FieldSettings settings) {
    FieldNet net = FieldNet.of(settings, new ParamStore(Seed.of(1)).scope("field"));
    int d = settings.dim();
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Tensor x = a.tensor(Fields.normals("x", 2 * d), Shape.of(2, d));
            Flowline line = net.bind(starting(net)).at(T, x);
            assertThat(line.velocity().abs().sum().item()).isZero();
            assertThat(line.divergence().abs().sum().item()).isZero();
            return null;
          });
    }
  }

  /** Weights of each row's own: the exact divergence by tangents is the Jacobian's, too. */
  @ParameterizedTest
  @EnumSource(FieldSettings.Time.class)
  void lowRankWeightsOfARowAreThoseOfThatRowAlone(FieldSettings.Time time) {
    FieldSettings settings = FieldSettings.of(3, 7, 6).withTime(time).withContext(2).withRank(2);
    ParamStore store = new ParamStore(Seed.of(1));
    FieldNet net = net(settings, store);
    double[] x = Fields.normals("x", 4 * 3);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Values numbers = given(net, Shape.of(4));
            Tensor at = a.tensor(x, Shape.of(4, 3));
            VectorField each = net.bind(numbers);
            assertThat(each.takesAnyRows()).isFalse();
            Flowline line = each.at(T, at);
            assertThat(each.velocity(T, at).toDoubles())
                .containsExactly(line.velocity().toDoubles());
            for (int n = 0; n < 4; n++) {
              Map<String, Tensor> own = new HashMap<>();
              for (Slice slice : net.layout().slices()) {
                own.put(slice.name(), numbers.get(slice.name()).at(0, n));
              }
              // Of one row, U Vᵀ joins the weights: another way to the same numbers.
              Flowline alone = net.bind(new Values(own)).at(T, at.at(0, n));
              assertThat(line.velocity().at(0, n).toDoubles())
                  .containsExactly(alone.velocity().toDoubles(), within(ROUNDING));
              assertThat(line.divergence().at(0, n).item())
                  .isCloseTo(alone.divergence().item(), within(ROUNDING));
            }
            return null;
          });
    }
  }

  @Test
  void messagesSayWhatIsWrong() {
    assertThatThrownBy(() -> FieldSettings.of(2, 0))
        .isInstanceOf(LayerException.class)
        .hasMessageContaining("got dim 2, hidden [0], context 0, rank 0.");
    assertThatThrownBy(() -> FieldSettings.of(2, 4).withSpread(0))
        .isInstanceOf(LayerException.class)
        .hasMessage("FieldSettings: spread must be positive, got 0.0.");
    assertThatThrownBy(() -> new Penalty(-1, 0))
        .isInstanceOf(LayerException.class)
        .hasMessage("Penalty: both factors must be at least 0, got -1.0 and 0.0.");
    FieldNet conditional =
        FieldNet.of(
            FieldSettings.of(2, 4).withContext(3), new ParamStore(Seed.of(1)).scope("field"));
    try (Session session = Session.open(1)) {
      assertThatThrownBy(() -> new FrozenField(session, conditional, 1e-8))
          .isInstanceOf(LayerException.class)
          .hasMessageContaining("these have the layout [context(3)]");
      FrozenField frozen = new FrozenField(session, Dynamics.of(new Rational(2)), 1e-8);
      assertThatThrownBy(() -> frozen.carry(new double[3], 0, 1))
          .hasMessage("3 numbers are no whole rows of 2.");
    }
  }
}
