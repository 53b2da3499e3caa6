package io.flowsvi.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Module;
import io.flowsvi.flows.inject.FlowBinder;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.train.SavedDraws;
import io.flowsvi.flows.train.StepReport;
import io.flowsvi.flows.train.SviListener;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.models.bayes.EightSchools;
import io.flowsvi.models.bayes.ModelEntry;
import io.flowsvi.models.inject.ModelBinder;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.tensor.Tensor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a user meets it: what it prints, its exit codes, every mistake. */
class CommandLineTest {
  @TempDir Path folder;

  private record Ran(int code, String out, String err) {}

  private static Ran run(String... args) {
    return run(List.of(), args);
  }

  private static Ran run(List<Module> modules, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(modules, new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Ran(code, out.toString(), err.toString());
  }

  private static Ran refused(String... args) {
    Ran ran = run(args);
    assertThat(ran.code()).as(ran.err()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).doesNotContain("\tat ").doesNotContain("Exception");
    return ran;
  }

  private Ran refusedData(String model, String json) throws Exception {
    Path file = Files.writeString(folder.resolve("d.json"), json);
    return refused("fit", model, "--data", file.toString(), "--steps", "10");
  }

  @Test
  void fitPrintsProgressTableBoundAndVerdict() {
    Ran ran =
        run("fit", "eight-schools", "--family", "mean-field", "--steps", "40", "--draws", "500");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.err()).contains("fitting, at most 40 steps", "step 40", "ELBO");
    assertThat(ran.out())
        .contains("eight-schools with mean-field, seed 1: all steps made, not yet converged")
        .containsPattern("mean +sd +mcse +5% +50% +95%")
        .contains("mu ", "tau ", "theta[1]", "theta[8]")
        .doesNotContain("eta[9]")
        .containsPattern("ELBO -\\d+\\.\\d+ \\+/- \\d+\\.\\d+ nats")
        .containsPattern("PSIS k-hat -?\\d+\\.\\d+ \\(500 draws")
        .contains("Verdict: ", "--steps");
    assertThat(ran.out().lines().filter(l -> l.startsWith("eta["))).isEmpty();
  }

  @Test
  void fitWithoutFlagsClimbsTheLadderAndWritesAReport() throws Exception {
    Path out = folder.resolve("ladder");
    Path saved = folder.resolve("schools.flowsvi");
    Ran ran =
        run(
            "fit",
            "eight-schools",
            "--draws",
            "500",
            "--out",
            out.toString(),
            "--save",
            saved.toString());
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("eight-schools, seed 1: 500 draws from rung", "theta[8]", "laplace")
        .containsPattern("Verdict: (TRUSTED|CORRECTED): k-hat");
    assertThat(Files.readString(out.resolve("summary.json")))
        .contains(
            "\"verdict\" :",
            "\"rungs\" :",
            "\"k_hat\" :",
            "\"worst_quantity\" :",
            "\"resampled\" : true")
        .contains("\"checks\" :", "\"decided_by\" :", "\"k_hat_mean\" :", "school[3]");
    SavedDraws draws = SavedDraws.load(saved);
    assertThat(draws.count()).isEqualTo(500);
    assertThat(draws.draws(new Derived("theta")).names()).hasSize(8);
    assertThat(draws.record()).containsEntry("resampled", "true").containsKey("k_hat");
    assertThat(SavedDraws.load(out.resolve("posterior.flowsvi")).record())
        .isEqualTo(draws.record());
    assertThat(Files.readString(out.resolve("posterior.json")))
        .contains("posterior_predictive", "log_likelihood", "observed_data", "automatic, rung");
    assertThat(List.of("loo.json", "model.svg", "model.dot", "pairs.png"))
        .allSatisfy(name -> assertThat(out.resolve(name)).isNotEmptyFile());
    assertThat(Files.readAllLines(out.resolve("draws.csv"))).hasSize(501);
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("<svg", "Posterior predictive", "Pairs", "Marginals", "y[1]")
        .doesNotContain("http://", "https://", "NaN\"");
  }

  @Test
  void calibrationFitsDataSimulatedFromThePrior() throws Exception {
    Path out = folder.resolve("calibrated");
    Ran ran =
        run(
            "fit",
            "line",
            List.of("--family", "laplace", "--steps", "200", "--calibrate", "20"),
            out);
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("Calibration over 20 simulated data sets", "p(spread)", "Verdict: ")
        .containsPattern("calibration +[0-9.]+ +trusted");
    assertThat(Files.readString(out.resolve("calibration.json")))
        .contains("\"verdict\" :", "\"ranks\" :", "\"p_spread\" :");
    Ran few = refused("fit", "eight-schools", "--calibrate", "3");
    assertThat(few.err()).contains("--calibrate must be at least 20, got 3");
  }

  private static Ran run(String command, String model, List<String> options, Path out) {
    Module mine =
        binder ->
            ModelBinder.modelBinder(binder)
                .model(
                    model,
                    new ModelEntry<EightSchools.Data>(
                        "a mean",
                        (ctx, d) -> {
                          Tensor mu = ctx.sample(new Latent("mu"), Normal.of(0, 5));
                          ctx.observe(new Observed("y"), Normal.of(mu, 1), Tensor.number(1));
                        },
                        EightSchools.Data::of,
                        EightSchools.Data::bundled));
    List<String> args = new ArrayList<>(List.of(command, model, "--out", out.toString()));
    args.addAll(options);
    return run(List.of(mine), args.toArray(String[]::new));
  }

  @Test
  void rungsOfOnesOwnAreClimbedInTheBudgetGiven() {
    Ran ran =
        run(
            "fit",
            "eight-schools",
            "--draws",
            "500",
            "--rungs",
            "laplace,mean-field,planar",
            "--gradients",
            "5000");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .containsPattern("laplace/?n?c? .*best so far")
        .containsPattern("mean-field .*stopped: budget spent")
        .containsPattern("planar .*skipped: budget spent")
        .containsPattern("restarts +- +trusted")
        .contains("check ", "quantities", "rows", "Verdict: ");
  }

  @Test
  void posteriordbScoresAndWritesItsResults() throws Exception {
    Path from = io.flowsvi.ppl.assertions.SharedData.file("posteriordb/suite.json").getParent();
    Path out = folder.resolve("suite");
    Ran ran =
        run(
            "posteriordb",
            "--from",
            from.toString(),
            "--only",
            "mesquite-logmesquite_logvolume",
            "--rungs",
            "--out",
            out.toString());
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("N_eq", "TRUSTED: ", "S = ", "silent failures 0, false alarms 0");
    assertThat(Files.readString(out.resolve("results.jsonl")))
        .contains("\"posterior\":\"mesquite-logmesquite_logvolume\"", "\"gradient_evaluations\":");
    assertThat(Files.readAllLines(out.resolve("mesquite-logmesquite_logvolume.seed1.csv")))
        .hasSize(10_001)
        .first()
        .isEqualTo("beta[1],beta[2],sigma");
    Ran none = refused("posteriordb", "--from", from.toString(), "--only", "nothing");
    assertThat(none.err()).contains("No posterior of 'posteriordb' has a name that contains");
  }

  @Test
  void sameSeedPrintsTheSameTable() {
    String[] args = {"fit", "poisson-regression", "--family", "mean-field", "--steps", "20"};
    String first = run(args).out();
    assertThat(first.lines().skip(1)).isEqualTo(run(args).out().lines().skip(1).toList());
  }

  @Test
  void dataOfOnesOwnReplaceTheBundled() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("d.json"), "{\"J\": 2, \"y\": [1, 2], \"sigma\": [1, 1], \"tau0\": 3}");
    Ran ran = run("fit", "eight-schools", "--data", file.toString(), "--steps", "10");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("theta[2]").doesNotContain("theta[3]");
    assertThat(ran.err()).contains("does not read", "tau0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fit eight-scools|Unknown model 'eight-scools'. Did you mean 'eight-schools'",
        "fit eight-schools --family iaff|Unknown family 'iaff'. Did you mean 'iaf'",
        "fit eight-schools --objective elbow|Unknown objective 'elbow'. Did you mean 'elbo'",
        "fit eight-schools --backend touch|Unknown backend 'touch'. Did you mean 'torch'",
        "fit eight-schools --precision float23|Unknown precision 'float23'. Did you mean 'float32'",
        "fit eight-schools --famly iaf|Unknown option '--famly'. Did you mean '--family'",
        "fit eight-schools --fam iaf|Unknown option .--fam.. Did you mean .--family",
        "fot|Unknown command 'fot'. Did you mean 'fit'",
        "fit|Missing required parameter",
        "fit a b|'b' is one too many",
        "fit eight-schools --steps many|Invalid value for option '--steps'",
        "fit eight-schools --rate -1|learningRate must be positive. got -1",
        "fit eight-schools --steps 0|--steps must be at least 1. got 0",
        "fit eight-schools --particles 0|--particles must be at least 1. got 0",
        "fit eight-schools --rungs laplce|Unknown family 'laplce'. Did you mean 'laplace'",
        "fit eight-schools --rungs map|no importance weights",
        "fit eight-schools --rungs iaf --steps 9|--rungs, --seconds and --gradients belong to the",
        "fit eight-schools --save no/such/folder/f|there is no such folder",
        "fit eight-schools --draws 9|--draws must be at least 100. got 9",
        "fit eight-schools --data none.json|Data file 'none.json' does not exist",
      })
  void mistakesAreAnsweredInWords(String line) {
    String[] both = line.split("\\|", 2);
    assertThat(refused(both[0].split(" ")).err()).containsPattern(both[1]);
  }

  @Test
  void badDataAreAnsweredWithTheCulprit() throws Exception {
    assertThat(refusedData("eight-schools", "{\"J\": 2, \"y\": [1 2]}").err())
        .contains("malformed JSON at line 1, column");
    assertThat(refusedData("eight-schools", "{\"J\": 2, \"y\": [1, 2], \"sgma\": [1, 1]}").err())
        .contains("'sigma' is missing", "rename 'sgma'");
    assertThat(refusedData("eight-schools", "{\"J\": 2, \"y\": [1], \"sigma\": [1, 1]}").err())
        .contains("'y' has 1 numbers, expected 2");
    assertThat(refusedData("eight-schools", "{\"J\": 2, \"y\": [1, NaN], \"sigma\": [1, 1]}").err())
        .contains("'y' is \"NaN\" at index [2]");
    assertThat(refusedData("eight-schools", "{\"J\": 2, \"y\": [1, 2], \"sigma\": [1, -1]}").err())
        .contains("'sigma' must be positive, got -1.0 at index [2]");
    assertThat(
            refusedData(
                    "logistic-regression",
                    "{\"N\": 2, \"K\": 1, \"x\": [1, 2], \"y\": [3, 7], \"trials\": [4, 5]}")
                .err())
        .contains("Row 2 has y = 7.0 successes in 5.0 trials");
  }

  @Test
  void unwritableFolderIsFoundBeforeTheFit() throws Exception {
    Path file = Files.writeString(folder.resolve("taken"), "");
    Ran ran = refused("fit", "eight-schools", "--out", file.toString());
    assertThat(ran.err())
        .contains("Output folder", "taken", "there is a file of that name", "--out");
    assertThat(ran.err()).doesNotContain("fitting");
  }

  @Test
  void listsNameEverything() {
    assertThat(run("models").out())
        .contains(
            "eight-schools ", "logistic-regression", "varying-intercept", "J, y[J], sigma[J]");
    assertThat(run("families").out()).contains("iaf", "mean-field", "Kingma");
    assertThat(run("--help").out()).contains("fit", "models", "families", "doctor");
    assertThat(run("--version").out()).contains("flowsvi");
    assertThat(run().code()).isZero();
  }

  @Test
  void doctorTriesBothBackends() {
    Ran ran = run("doctor");
    assertThat(ran.out())
        .contains("java ", "processors", "memory", "cache folder", "backend java   works")
        .contains("backend torch");
    // Exit code 0 says that both work.
    assertThat(ran.code() == 0).isEqualTo(!ran.out().contains("does not work"));
  }

  @Test
  void modulesOfAUserAddModelsFamiliesListenersAndSettings() {
    List<StepReport> heard = new ArrayList<>();
    SviListener listener =
        new SviListener() {
          @Override
          public void stepped(StepReport report) {
            heard.add(report);
          }
        };
    Module mine =
        binder -> {
          ModelBinder.modelBinder(binder)
              .model(
                  "mine",
                  new ModelEntry<>(
                      "my schools",
                      new EightSchools(),
                      EightSchools.Data::of,
                      EightSchools.Data::bundled));
          FlowBinder flows = FlowBinder.flowBinder(binder);
          flows
              .flow("plain")
              .toInstance((dim, scope) -> Chain.of(dim).then(new ShiftScale(dim, 0.5)));
          flows.listener().toInstance(listener);
          flows.settings().toInstance(SviSettings.defaults().withSteps(7));
        };
    Ran ran = run(List.of(mine), "fit", "mine", "--family", "plain", "--draws", "100");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("mine with plain", "eta[1]", "theta[8]");
    assertThat(heard).hasSize(7);
    assertThat(run(List.of(mine), "models").out()).contains("my schools", "eight-schools");
    assertThat(run(List.of(mine), "families").out()).contains("plain", "iaf");
  }

  @Test
  void faultOfOursShowsItsTraceAndExitsWithOne() {
    Module broken =
        binder ->
            ModelBinder.modelBinder(binder)
                .model(
                    "broken",
                    new ModelEntry<EightSchools.Data>(
                        "fails",
                        (ctx, d) -> {
                          throw new IllegalStateException("a bug");
                        },
                        EightSchools.Data::of,
                        EightSchools.Data::bundled));
    Ran ran = run(List.of(broken), "fit", "broken");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("a bug", "fault of flowsvi", "IllegalStateException", "\tat ");
  }

  /** Pulls mu upwards, to where the logarithm is not a number. */
  private static void cliff(Context ctx, EightSchools.Data d) {
    Tensor mu = ctx.sample(new Latent("mu"), Normal.of(0, 1));
    ctx.factor(new Factor("cliff"), mu.times(20).plus(mu.negate().plus(8).log()));
  }

  @Test
  void fitThatBreaksDownNamesTheSiteAndReportsTheBestBefore() {
    Module mine =
        binder ->
            ModelBinder.modelBinder(binder)
                .model(
                    "cliff",
                    new ModelEntry<EightSchools.Data>(
                        "has a cliff",
                        CommandLineTest::cliff,
                        EightSchools.Data::of,
                        EightSchools.Data::bundled));
    Ran ran = run(List.of(mine), "fit", "cliff", "--family", "mean-field");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .containsPattern("NaN at step \\d+")
        .contains("first non-finite site is 'cliff'", "Likely fix");
    assertThat(ran.out()).contains("stopped", "mu ", "Verdict: UNTRUSTED", "--rate");
  }

  @Test
  void constantAndNotANumberAreDrawnAndReportedLikeTheRest() throws Exception {
    Module mine =
        binder ->
            ModelBinder.modelBinder(binder)
                .model(
                    "odd",
                    new ModelEntry<EightSchools.Data>(
                        "has odd derived sites",
                        (ctx, d) -> {
                          Tensor mu = ctx.sample(new Latent("mu"), Normal.of(0, 1));
                          ctx.derive(new Derived("constant"), mu.times(0).plus(3));
                          ctx.derive(new Derived("undefined"), mu.square().plus(1).negate().log());
                        },
                        EightSchools.Data::of,
                        EightSchools.Data::bundled));
    Ran ran =
        run(
            List.of(mine),
            "fit",
            "odd",
            "--family",
            "mean-field",
            "--steps",
            "10",
            "--out",
            folder.resolve("odd").toString());
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("constant ", "3.000", "undefined ", "NaN");
    assertThat(folder.resolve("odd").resolve("marginals.png")).isNotEmptyFile();
  }
}
