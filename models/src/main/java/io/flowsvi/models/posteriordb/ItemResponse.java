package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.Bernoulli;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Students and questions, one parameter each.
 *
 * <p>m ~ N(0.75, 1), ability_i ~ N(0, 1), difficulty_j ~ N(0, 1), P(correct) = logit⁻¹(m +
 * ability_i − difficulty_j).
 */
public final class ItemResponse implements Model<ItemResponse.Data> {
  private static final Latent MEAN = new Latent("mean_student_ability");
  private static final Latent ABILITY = new Latent("student_ability");
  private static final Latent DIFFICULTY = new Latent("question_difficulty");
  private static final Observed CORRECT = new Observed("correct");

  /** The model; it has no settings. */
  public ItemResponse() {}

  /**
   * Answers.
   *
   * @param students how many
   * @param questions how many
   * @param student of each answer, from 0
   * @param question of each answer, from 0
   * @param correct 1 = right
   */
  public record Data(int students, int questions, int[] student, int[] question, double[] correct) {
    /** From num_students, num_questions, and ids from 0. */
    public static Data of(StanData data) {
      int n = data.size("correct");
      return new Data(
          data.count("num_students"),
          data.count("num_questions"),
          whole(data.counts("student_id_0based", n)),
          whole(data.counts("question_id_0based", n)),
          data.counts("correct", n));
    }

    private static int[] whole(double[] x) {
      return java.util.Arrays.stream(x).mapToInt(v -> (int) v).toArray();
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.correct().length;
    Plate students = Plate.of("student", d.students());
    Plate questions = Plate.of("question", d.questions());
    Tensor mean = ctx.sample(MEAN, Normal.of(0.75, 1));
    Tensor ability = ctx.plate(students, () -> ctx.sample(ABILITY, Normal.of(0, 1)));
    Tensor difficulty = ctx.plate(questions, () -> ctx.sample(DIFFICULTY, Normal.of(0, 1)));
    ctx.plate(
        Plate.of("answer", n),
        () -> {
          Tensor who = ctx.gather(ability, students, ctx.data(d.student(), Shape.of(n)));
          Tensor what = ctx.gather(difficulty, questions, ctx.data(d.question(), Shape.of(n)));
          Tensor logits = mean.plus(who).minus(what);
          ctx.observe(CORRECT, Bernoulli.logits(logits), ctx.data(d.correct(), Shape.of(n)));
        });
  }
}
