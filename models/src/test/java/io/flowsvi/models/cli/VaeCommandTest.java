package io.flowsvi.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.inject.Module;
import io.flowsvi.flows.layer.Radial;
import io.flowsvi.models.inject.VaeBinder;
import io.flowsvi.models.vae.TrainedVae;
import io.flowsvi.models.vae.VaeCatalog;
import io.flowsvi.models.vae.part.Posteriors;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vae command from the bundled digits to its page, and its mistakes. */
class VaeCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Module more, String... args) {
    List<String> all = new ArrayList<>(List.of("vae"));
    all.addAll(List.of(args));
    PrintWriter o = new PrintWriter(out, true);
    return Main.run(List.of(more), o, new PrintWriter(err, true), all.toArray(String[]::new));
  }

  private static final Module NOTHING = binder -> {};

  @Test
  void helpNamesEveryPosteriorAndNetwork() {
    assertThat(run(NOTHING, "--help")).isZero();
    VaeCatalog library = VaeCatalog.library();
    assertThat(out.toString())
        .contains(library.flows().keySet())
        .contains(library.encoders().keySet())
        .contains(library.objectives().keySet());
  }

  @Test
  void aWarmUpThatNeverEndsIsRefused() {
    assertThat(run(NOTHING, "digits", "--epochs=4", "--warm-up=4")).isEqualTo(2);
    assertThat(err.toString()).contains("4 epochs of 4", "would never count it in full");
  }

  /** With a posterior of the user's, bound by name. */
  @Test
  void comparesPosteriorsAndWritesOnePage() throws Exception {
    Path target = folder.resolve("out");
    Module mine =
        binder ->
            VaeBinder.vaeBinder(binder)
                .flow("mine")
                .toInstance((dim, scope) -> Posteriors.base(dim).then(new Radial(dim)));
    int code =
        run(
            mine,
            "digits",
            "--flow=none,mine",
            "--seed=5",
            "--epochs=1",
            "--images=100",
            "--samples=4",
            "--subset=60",
            "--rest-samples=3",
            "--latent=3",
            "--backend=java",
            "--out=" + target);
    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString()).contains("none", "mine", "-ELBO", "NLL(S=4)", "Gain over 'none'");
    JsonNode results = new ObjectMapper().readTree(target.resolve("results.json").toFile());
    assertThat(results.size()).isEqualTo(2);
    assertThat(results.get(1).get("flow").asText()).isEqualTo("mine");
    assertThat(results.get(1).get("test images").asInt()).isEqualTo(100);
    assertThat(results.get(0).get("ELBO gain over baseline").asDouble()).isZero();
    assertThat(results.get(0).get("NLL, 4 samples, images").asInt()).isEqualTo(60);
    assertThat(results.get(0).get("NLL, 3 samples, images").asInt()).isEqualTo(40);
    assertThat(Files.readString(target.resolve("results.md")))
        .contains(
            "java -jar models/target/flowsvi.jar vae digits --flow none,mine --seed 5 --epochs 1",
            "--out DIR",
            "S = 4 on 60 test images, S = 3 on 40 test images");
    String page = Files.readString(target.resolve("page.html"));
    assertThat(page).contains("data:image/png;base64,", "drawn from the prior", "learning curves");
    // It opens without a network.
    assertThat(page).doesNotContain("http");
    assertThat(target.resolve("vae-mine-5.zip")).exists();
  }

  /** What is scored once is not scored again, unless it is another fit or another plan. */
  @Test
  void keepsScoresBesideTheCheckpoint() throws Exception {
    Path kept = folder.resolve("none-5.ckpt.scores");
    String[] settings = {
      "digits",
      "--flow=none",
      "--seed=5",
      "--epochs=1",
      "--images=60",
      "--latent=2",
      "--backend=java",
      "--checkpoint=" + folder,
      "--samples=2"
    };
    assertThat(run(NOTHING, settings)).as(err.toString()).isZero();
    String first = out.toString();
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode entry = (ObjectNode) mapper.readTree(kept.toFile());
    Files.writeString(kept, mapper.writeValueAsString(entry.put("seconds", 54_321.0)));
    out.getBuffer().setLength(0);
    assertThat(run(NOTHING, settings)).as(err.toString()).isZero();
    assertThat(err.toString()).contains("scored in 54321 s");
    String seconds = "[0-9]+ +[0-9]+ *\\n";
    assertThat(out.toString().replaceAll(seconds, "")).isEqualTo(first.replaceAll(seconds, ""));
    settings[settings.length - 1] = "--samples=3";
    err.getBuffer().setLength(0);
    assertThat(run(NOTHING, settings)).as(err.toString()).isZero();
    assertThat(err.toString()).contains("scored in").doesNotContain("54321");
    Files.writeString(kept, "nonsense");
    assertThat(run(NOTHING, settings)).isNotZero();
    assertThat(err.toString())
        .contains("none-5.ckpt.scores does not hold the scores of a test set. Likely fix: delete");
  }

  /** In two runs of the command, one epoch each, or in one of both: the same numbers. */
  @Test
  void goesOnFromAPause() throws Exception {
    String[] settings = {
      "digits",
      "--flow=none",
      "--seed=5",
      "--epochs=2",
      "--images=100",
      "--samples=2",
      "--latent=2",
      "--backend=java",
      "--checkpoint=" + folder.resolve("kept"),
      "--until=1"
    };
    assertThat(run(NOTHING, settings)).as(err.toString()).isZero();
    assertThat(err.toString()).contains("best epoch 1 of 1");
    settings[settings.length - 1] = "--until=2";
    assertThat(run(NOTHING, settings)).as(err.toString()).isZero();
    settings[settings.length - 2] = "--checkpoint=" + folder.resolve("other");
    assertThat(run(NOTHING, settings)).as(err.toString()).isZero();
    List<String> done = err.toString().lines().filter(l -> l.contains("of 2,")).toList();
    assertThat(done).hasSize(2);
    String seconds = "[0-9]+ s";
    assertThat(done.get(0).replaceAll(seconds, "")).isEqualTo(done.get(1).replaceAll(seconds, ""));
    assertThat(Double.parseDouble(Files.readString(folder.resolve("kept/none-5.ckpt.seconds"))))
        .isPositive();
  }

  /** Two networks trained for a moment: what a flow and single refinements add to them. */
  @Test
  void refinesASavedVaeAndReportsItsGap() throws Exception {
    Path target = folder.resolve("out");
    String[] training = {
      "digits",
      "--flow=none",
      "--seed=5",
      "--epochs=2",
      "--images=100",
      "--samples=2",
      "--latent=2",
      "--backend=java",
      "--out=" + target
    };
    assertThat(run(NOTHING, training)).as(err.toString()).isZero();
    String saved = target.resolve("vae-none-5.zip").toString();
    String[] refining = {
      "refine",
      saved,
      "--flow=planar,radial",
      "--freeze=encoder,decoder",
      "--epochs=2",
      "--images=100",
      "--samples=20",
      "--backend=java",
      "--out=" + target
    };
    assertThat(run(NOTHING, refining)).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("vae-none-5.zip with other posteriors", "frozen: encoder, decoder.")
        .contains("-ELBO before", "planar ", "radial ", "NLL(S=20) before");
    double[] before = TrainedVae.read(Path.of(saved)).parameters().values();
    double[] after = TrainedVae.read(target.resolve("refined-planar-5.zip")).parameters().values();
    // The encoder comes first, and is frozen.
    assertThat(Arrays.copyOf(after, 1000)).containsExactly(Arrays.copyOf(before, 1000));
    String[] gap = {
      "gap", saved, "--count=20", "--steps=60", "--images=100", "--samples=150", "--backend=java"
    };
    assertThat(run(NOTHING, gap)).as(err.toString()).isZero();
    Matcher found =
        Pattern.compile("Amortisation gap of 20 test images after 60 steps: ([-.0-9]+) \\+/-")
            .matcher(out.toString());
    assertThat(found.find()).as(out.toString()).isTrue();
    assertThat(Double.parseDouble(found.group(1))).isPositive();
    assertThat(run(NOTHING, "gap", folder.resolve("none.zip").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("There is no saved VAE at");
  }

  @Test
  void namesWhatItDoesNotKnowAndWhatIsNear() {
    assertThat(run(NOTHING, "digist")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown recipe 'digist'. Did you mean 'digits'");
    assertThat(run(NOTHING, "digits", "--flow=planr", "--backend=java")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown flow 'planr'. Did you mean 'planar'");
  }

  @Test
  void saysWhichFileIsMissing() {
    int code = run(NOTHING, "mnist", "--data=" + folder, "--flow=none", "--backend=java");
    assertThat(code).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "none, seed 1: There is no image file at", "train-images-idx3-ubyte", "--download");
  }

  @Test
  void downloadsOnlyWhatHasAnAddress() {
    assertThat(run(NOTHING, "digits", "--download", "--backend=java")).isEqualTo(2);
    assertThat(err.toString()).contains("There is nothing to download for these images");
  }
}
