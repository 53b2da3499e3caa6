package io.flowsvi.ppl.model;

import static io.flowsvi.ppl.model.ByHand.agrees;
import static io.flowsvi.ppl.model.ByHand.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Plates: nested, crossed, batches of rows, and rows fetched from one into another. */
class PlateTest {
  private static final Latent A = new Latent("a");
  private static final Latent B = new Latent("b");
  private static final Latent C = new Latent("c");
  private static final Observed Y = new Observed("y");

  private static double[] numbers(int n) {
    double[] values = new double[n];
    Arrays.setAll(values, i -> Math.sin(1 + 2.3 * i));
    return values;
  }

  @Test
  void nestedPlatesLieOuterLeftOfInner() {
    double[] y = numbers(6);
    Plate schools = Plate.of("school", 2);
    Plate pupils = Plate.of("pupil", 3);
    Model<String> model =
        (ctx, d) ->
            ctx.plate(
                schools,
                () -> {
                  Tensor school = ctx.sample(A, Normal.of(0, 2));
                  ctx.plate(
                      pupils,
                      () -> {
                        Tensor pupil = ctx.sample(B, Normal.of(school, 1));
                        ctx.observe(Y, Normal.of(pupil, 0.5), ctx.data(y, Shape.of(2, 3)));
                      });
                });
    agrees(
        model,
        "",
        8,
        x -> {
          double sum = 0;
          for (int s = 0; s < 2; s++) {
            sum += normal(x[s], 0, 2);
            for (int p = 0; p < 3; p++) {
              double pupil = x[2 + 3 * s + p];
              sum += normal(pupil, x[s], 1) + normal(y[3 * s + p], pupil, 0.5);
            }
          }
          return sum;
        });
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, model, "");
      assertThat(structure.plates())
          .containsExactly(new PlateAxis(schools, 0), new PlateAxis(pupils, 1));
      assertThat(structure.site("a").plateShape()).isEqualTo(Shape.of(2, 1));
      assertThat(structure.site("b").scalarNames())
          .containsExactly("b[1,1]", "b[1,2]", "b[1,3]", "b[2,1]", "b[2,2]", "b[2,3]");
    }
  }

  @Test
  void siblingsShareAnAxisUntilTheyMeet() {
    Plate first = Plate.of("first", 2);
    Plate second = Plate.of("second", 3);
    Plate third = Plate.of("third", 4);
    Model<String> model =
        (ctx, d) -> {
          ctx.plate(first, () -> ctx.sample(A, Normal.of(0, 1)));
          ctx.plate(second, () -> ctx.sample(B, Normal.of(0, 1)));
          ctx.plate(third, () -> ctx.sample(C, Normal.of(0, 1)));
          ctx.plate(
              second,
              () ->
                  ctx.plate(
                      third,
                      () ->
                          ctx.observe(Y, Normal.of(0, 1), ctx.data(numbers(12), Shape.of(3, 4)))));
        };
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, model, "");
      assertThat(structure.plates())
          .containsExactly(
              new PlateAxis(first, 0), new PlateAxis(second, 0), new PlateAxis(third, 1));
      assertThat(structure.site("c").plateShape()).isEqualTo(Shape.of(1, 4));
    }
  }

  @Test
  void scalesOfNestedBatchesMultiply() {
    double[] y = numbers(2);
    Model<String> model =
        (ctx, d) -> {
          Tensor a = ctx.sample(A, Normal.of(0, 1));
          ctx.plate(
              Plate.batch("group", new int[] {5}, 3),
              () -> {
                ctx.factor(new Factor("pull"), a.times(2));
                ctx.plate(
                    Plate.batch("row", new int[] {1, 8}, 10),
                    () -> ctx.observe(Y, Normal.of(a, 2), ctx.data(y, Shape.of(1, 2))));
              });
        };
    agrees(
        model,
        "",
        1,
        x ->
            normal(x[0], 0, 1)
                + 3 * 2 * x[0]
                + 3 * 5 * (normal(y[0], x[0], 2) + normal(y[1], x[0], 2)));
  }

  @Test
  void gatherFetchesRowsOfDataWithAnEvent() {
    // As many columns as counties, which tells nothing about where the particles are.
    double[] x = numbers(4);
    double[] y = numbers(3);
    int[] county = {1, 0, 1};
    Plate counties = Plate.of("county", 2);
    Model<String> model =
        (ctx, d) -> {
          Tensor beta = ctx.sample(A, Normal.of(0, 1).event(2));
          Tensor predictors = ctx.plate(counties, () -> ctx.data(x, Shape.of(2, 2)));
          ctx.plate(
              Plate.of("home", 3),
              () -> {
                Tensor rows = ctx.gather(predictors, counties, ctx.data(county, Shape.of(3)));
                ctx.observe(Y, Normal.of(rows.linear(beta), 1), ctx.data(y, Shape.of(3)));
              });
        };
    agrees(
        model,
        "",
        2,
        b -> {
          double sum = normal(b[0], 0, 1) + normal(b[1], 0, 1);
          for (int i = 0; i < 3; i++) {
            int j = county[i];
            sum += normal(y[i], b[0] * x[2 * j] + b[1] * x[2 * j + 1], 1);
          }
          return sum;
        });
  }

  @Test
  void gatherFetchesRowsWithAnEvent() {
    double[] y = numbers(6);
    int[] group = {2, 0, 2};
    Plate groups = Plate.of("group", 3);
    Model<String> model =
        (ctx, d) -> {
          Tensor means = ctx.plate(groups, () -> ctx.sample(A, Normal.of(0, 1).event(2)));
          ctx.plate(
              Plate.of("row", 3),
              () -> {
                Tensor mean = ctx.gather(means, groups, ctx.data(group, Shape.of(3)));
                ctx.observe(Y, Normal.of(mean, 1).event(2), ctx.data(y, Shape.of(3, 2)));
              });
        };
    agrees(
        model,
        "",
        6,
        x -> {
          double sum = 0;
          for (double v : x) {
            sum += normal(v, 0, 1);
          }
          for (int i = 0; i < 3; i++) {
            for (int k = 0; k < 2; k++) {
              sum += normal(y[2 * i + k], x[2 * group[i] + k], 1);
            }
          }
          return sum;
        });
  }

  @Test
  void gatherByAnIndexOverTwoPlates() {
    double[] y = numbers(6);
    int[] rater = {0, 1, 1, 3, 2, 0};
    Plate raters = Plate.of("rater", 4);
    Model<String> model =
        (ctx, d) -> {
          Tensor bias = ctx.plate(raters, () -> ctx.sample(A, Normal.of(0, 1)));
          ctx.plate(
              Plate.of("person", 2),
              () ->
                  ctx.plate(
                      Plate.of("item", 3),
                      () -> {
                        Tensor mean = ctx.gather(bias, raters, ctx.data(rater, Shape.of(2, 3)));
                        ctx.observe(Y, Normal.of(mean, 1), ctx.data(y, Shape.of(2, 3)));
                      }));
        };
    agrees(
        model,
        "",
        4,
        x -> {
          double sum = 0;
          for (double v : x) {
            sum += normal(v, 0, 1);
          }
          for (int i = 0; i < 6; i++) {
            sum += normal(y[i], x[rater[i]], 1);
          }
          return sum;
        });
  }

  /** A value in counties and years, one county for each home: homes in all years. */
  private static void gatherKeepsOtherPlates(int[] county) {
    int homes = county.length;
    double[] y = numbers(3 * homes);
    Plate counties = Plate.of("county", 2);
    Plate years = Plate.of("year", 3);
    Model<String> model =
        (ctx, d) -> {
          Tensor level =
              ctx.plate(counties, () -> ctx.plate(years, () -> ctx.sample(A, Normal.of(0, 1))));
          ctx.plate(
              Plate.of("home", homes),
              () -> {
                Tensor rows = ctx.gather(level, counties, ctx.data(county, Shape.of(homes)));
                ctx.plate(
                    years,
                    () -> ctx.observe(Y, Normal.of(rows, 1), ctx.data(y, Shape.of(homes, 3))));
              });
        };
    agrees(
        model,
        "",
        6,
        x -> {
          double sum = 0;
          for (double v : x) {
            sum += normal(v, 0, 1);
          }
          for (int h = 0; h < homes; h++) {
            for (int t = 0; t < 3; t++) {
              sum += normal(y[3 * h + t], x[3 * county[h] + t], 1);
            }
          }
          return sum;
        });
  }

  @Test
  void gatherKeepsOtherPlatesOfTheValue() {
    gatherKeepsOtherPlates(new int[] {1, 0, 1, 1});
    gatherKeepsOtherPlates(new int[] {1});
  }

  @Test
  void gatherTakesTheKindOfEachItemForEveryPerson() {
    double[] y = numbers(8);
    int[] kind = {1, 0, 1, 1};
    Plate persons = Plate.of("person", 2);
    Plate kinds = Plate.of("kind", 2);
    Plate items = Plate.of("item", 4);
    Model<String> model =
        (ctx, d) -> {
          Tensor skill =
              ctx.plate(persons, () -> ctx.plate(kinds, () -> ctx.sample(A, Normal.of(0, 1))));
          Tensor kindOf = ctx.plate(items, () -> ctx.data(kind, Shape.of(4)));
          ctx.plate(
              persons,
              () ->
                  ctx.plate(
                      items,
                      () -> {
                        Tensor mean = ctx.gather(skill, kinds, kindOf);
                        ctx.observe(Y, Normal.of(mean, 1), ctx.data(y, Shape.of(2, 4)));
                      }));
        };
    agrees(
        model,
        "",
        4,
        x -> {
          double sum = 0;
          for (double v : x) {
            sum += normal(v, 0, 1);
          }
          for (int p = 0; p < 2; p++) {
            for (int i = 0; i < 4; i++) {
              sum += normal(y[4 * p + i], x[2 * p + kind[i]], 1);
            }
          }
          return sum;
        });
  }

  @Test
  void gatherOverTwoPlatesSaysHowToReadTheIndex() {
    Plate persons = Plate.of("person", 2);
    Plate kinds = Plate.of("kind", 3);
    Model<String> model =
        (ctx, d) -> {
          Tensor skill =
              ctx.plate(persons, () -> ctx.plate(kinds, () -> ctx.sample(A, Normal.of(0, 1))));
          ctx.plate(
              persons,
              () ->
                  ctx.plate(
                      Plate.of("item", 4),
                      () -> ctx.gather(skill, kinds, ctx.data(new int[8], Shape.of(2, 4)))));
        };
    assertThatThrownBy(() -> discover(model))
        .hasMessageContaining(
            "inside person(2), item(4): gather by an index over two plates, (2, 4)")
        .hasMessageContaining("read the index inside the one plate");
  }

  @Test
  void gatherRefusesWhatIsNotInThePlate() {
    Plate counties = Plate.of("county", 3);
    Model<String> model =
        (ctx, d) -> {
          Tensor a = ctx.sample(A, Normal.of(0, 1));
          ctx.plate(counties, () -> ctx.sample(B, Normal.of(0, 1)));
          ctx.plate(
              Plate.of("home", 2),
              () -> ctx.gather(a, counties, ctx.data(new int[] {0, 1}, Shape.of(2))));
        };
    assertThatThrownBy(() -> discover(model))
        .hasMessageContaining("after site 'b', inside home(2)")
        .hasMessageContaining("gather takes rows of plate county(3)")
        .hasMessageContaining("shape (2, 1)")
        .hasMessageContaining("inside ctx.plate(county, ...)");
  }

  @Test
  void gatherRefusesIndicesThatCountFromOne() {
    Plate counties = Plate.of("county", 3);
    Model<String> model =
        (ctx, d) -> {
          Tensor b = ctx.plate(counties, () -> ctx.sample(B, Normal.of(0, 1)));
          ctx.plate(
              Plate.of("home", 2),
              () -> ctx.gather(b, counties, ctx.data(new int[] {1, 3}, Shape.of(2))));
        };
    assertThatThrownBy(() -> discover(model))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("gather from plate county(3): the index is 3.0 at element 1")
        .hasMessageContaining("from 0 to 2")
        .hasMessageContaining("subtract 1");
  }

  private static void discover(Model<String> model) {
    try (Session session = Session.open(1)) {
      ModelStructure.of(session, model, "");
    }
  }

  @Test
  void aStructureServesBatchesOfOtherSizes() {
    Model<int[]> model =
        (ctx, rows) -> {
          Tensor a = ctx.sample(A, Normal.of(0, 1));
          ctx.plate(
              Plate.batch("row", rows, 12),
              () -> {
                double[] y = new double[rows.length];
                Arrays.setAll(y, i -> 0.1 * rows[i]);
                ctx.observe(Y, Normal.of(a, 2), ctx.data(y, Shape.of(rows.length)));
              });
        };
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, model, new int[] {0, 1, 2, 3});
      int[] ragged = {7, 11, 4};
      double value = LogDensity.of(session, structure, model, ragged).value(new double[] {0.4});
      double sum = 0;
      for (int row : ragged) {
        sum += normal(0.1 * row, 0.4, 2);
      }
      assertThat(value).isCloseTo(normal(0.4, 0, 1) + 4 * sum, within(1e-12));
    }
  }

  @Test
  void batchesOfAnEpochAverageToTheFullLogDensity() {
    double[] y = numbers(6);
    Model<int[]> model =
        (ctx, rows) -> {
          Tensor a = ctx.sample(A, Normal.of(0, 1));
          ctx.plate(
              Plate.batch("row", rows, 6),
              () -> {
                double[] own = Arrays.stream(rows).mapToDouble(i -> y[i]).toArray();
                ctx.observe(Y, Normal.of(a, 2), ctx.data(own, Shape.of(rows.length)));
              });
        };
    try (Session session = Session.open(1)) {
      double[] x = {0.7};
      int[] all = {0, 1, 2, 3, 4, 5};
      ModelStructure structure = ModelStructure.of(session, model, all);
      double full = LogDensity.of(session, structure, model, all).value(x);
      double mean = 0;
      for (int[] batch : List.of(new int[] {3, 0}, new int[] {5, 1}, new int[] {2, 4})) {
        mean += LogDensity.of(session, structure, model, batch).value(x) / 3;
      }
      assertThat(mean).isCloseTo(full, within(1e-12));
    }
  }

  /** z in images, x in images and channels, with as many channels as images. */
  private static void rowsStayApart(int images, int channels) {
    double[] x = numbers(images * channels);
    Plate image = Plate.batch("image", rows(images), 100);
    Plate channel = Plate.of("channel", channels);
    Model<String> model =
        (ctx, d) -> {
          // Channels are met first, so that images lie right of them.
          ctx.plate(channel, () -> ctx.derive(new Derived("one"), Tensor.number(1)));
          Tensor z = ctx.plate(image, () -> ctx.sample(A, Normal.of(0, 1)));
          ctx.plate(
              channel,
              () ->
                  ctx.plate(
                      image,
                      () ->
                          ctx.observe(
                              Y, Normal.of(z, 1), ctx.data(x, Shape.of(channels, images)))));
        };
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, model, "");
      double[] values = numbers(2 * images);
      double[] rows =
          session.compute(
              arena -> {
                Assignment z = structure.assign(arena.tensor(values, Shape.of(2, images)));
                Trace trace = Scoring.run(structure, model, "", z);
                Tensor kept = Terms.sum(trace.terms(), List.of(image));
                assertThat(kept.shape()).isEqualTo(Shape.of(2, images));
                double[] total = Terms.sum(trace.terms()).toDoubles();
                double[] summed = kept.sum(1).times(image.scale()).toDoubles();
                assertThat(summed).containsExactly(total, within(1e-9));
                return kept.toDoubles();
              });
      for (int s = 0; s < 2; s++) {
        for (int i = 0; i < images; i++) {
          double z = values[s * images + i];
          double expected = normal(z, 0, 1);
          for (int c = 0; c < channels; c++) {
            expected += normal(x[c * images + i], z, 1);
          }
          assertThat(rows[s * images + i]).isCloseTo(expected, within(1e-12));
        }
      }
    }
  }

  private static int[] rows(int n) {
    int[] rows = new int[n];
    Arrays.setAll(rows, i -> 3 * i);
    return rows;
  }

  @Test
  void logWeightsPerRowKeepTheirRows() {
    rowsStayApart(4, 3);
    rowsStayApart(3, 3);
    rowsStayApart(1, 3);
    rowsStayApart(3, 1);
  }

  @Test
  void aRowIsSimulatedAlikeInEveryBatch() {
    Model<int[]> model =
        (ctx, rows) ->
            ctx.plate(
                Plate.batch("row", rows, 50),
                () -> {
                  ctx.sample(A, Normal.of(0, 1).event(2));
                  ctx.plate(Plate.of("repeat", 3), () -> ctx.sample(B, Normal.of(0, 1)));
                });
    try (Session session = Session.open(1)) {
      double[][] seven = new double[2][];
      int[][] batches = {{3, 7}, {7, 20, 4}};
      for (int b = 0; b < 2; b++) {
        int[] rows = batches[b];
        int at = rows[0] == 7 ? 0 : 1;
        ModelStructure structure = ModelStructure.of(session, model, rows);
        seven[b] =
            session.compute(
                arena -> {
                  Map<String, Tensor> run =
                      Simulation.prior(structure, model, rows, 5, session.seed().fold("prior"));
                  Tensor outer = run.get("a").slice(1, at, at + 1).reshape(Shape.of(10));
                  Tensor inner = run.get("b").slice(1, at, at + 1).reshape(Shape.of(15));
                  return Tensor.concat(List.of(outer, inner), 0).toDoubles();
                });
      }
      assertThat(seven[0]).hasSize(25).containsExactly(seven[1]);
    }
  }

  @Test
  void platesHaveANameAndNoMoreRowsThanThereAre() {
    assertThatThrownBy(() -> Plate.batch("row", new int[] {1, 2, 3}, 2))
        .hasMessageContaining("Plate 'row' has 3 rows of a full size of 2");
    assertThatThrownBy(() -> Plate.of(" ", 2)).hasMessageContaining("A plate needs a name");
  }

  @Test
  void platesOfOneNameHaveTheSameRows() {
    Model<String> rows =
        (ctx, d) -> {
          ctx.plate(Plate.batch("row", new int[] {1}, 9), () -> ctx.sample(A, Normal.of(0, 1)));
          ctx.plate(Plate.batch("row", new int[] {2}, 9), () -> ctx.sample(B, Normal.of(0, 1)));
        };
    assertThatThrownBy(() -> discover(rows))
        .hasMessageContaining("Plate 'row' has different row ids in two places");
    Model<String> totals =
        (ctx, d) -> {
          ctx.plate(Plate.batch("row", new int[] {1}, 9), () -> ctx.sample(A, Normal.of(0, 1)));
          ctx.plate(Plate.batch("row", new int[] {1}, 8), () -> ctx.sample(B, Normal.of(0, 1)));
        };
    assertThatThrownBy(() -> discover(totals))
        .hasMessageContaining("Plate 'row' has 9 rows in all in one place and 8 in another");
    Model<String> twice =
        (ctx, d) ->
            ctx.plate(
                Plate.of("row", 2),
                () -> ctx.plate(Plate.of("row", 2), () -> ctx.sample(A, Normal.of(0, 1))));
    assertThatThrownBy(() -> discover(twice))
        .hasMessageContaining("Plate 'row' is opened inside itself");
  }
}
