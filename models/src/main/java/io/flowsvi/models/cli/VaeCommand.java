package io.flowsvi.models.cli;

import com.google.inject.Injector;
import io.flowsvi.flows.train.Evaluation;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.flows.train.SviListener;
import io.flowsvi.models.compare.Provenance;
import io.flowsvi.models.compare.VaeFiles;
import io.flowsvi.models.compare.VaeTable;
import io.flowsvi.models.image.Binarisation;
import io.flowsvi.models.image.Images;
import io.flowsvi.models.vae.SavedVae;
import io.flowsvi.models.vae.VaeCatalog;
import io.flowsvi.models.vae.VaeRecipe;
import io.flowsvi.models.vae.VaeRecipes;
import io.flowsvi.models.vae.VaeResult;
import io.flowsvi.models.vae.VaeRun;
import io.flowsvi.models.vae.part.PixelModel;
import io.flowsvi.models.vae.score.TestPlan;
import io.flowsvi.models.vae.score.VaeScores;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains VAEs with several posteriors and compares them on the same test images. */
@Command(
    name = "vae",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Train VAEs whose posterior a flow refines, and show in nats what each flow bought.",
      "Recipes: digits (bundled, under three minutes), mnist (up to 400 epochs), mnist-45",
      "(45 epochs, the rate cooled), mnist-quick, freyfaces.",
      "'vae refine' puts a flow into a saved VAE, 'vae gap' reports its amortisation gap."
    })
final class VaeCommand implements Callable<Integer> {
  private final Function<SessionSettings, Injector> wiring;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      index = "0",
      defaultValue = "digits",
      paramLabel = "RECIPE",
      description = "digits, mnist, mnist-45, mnist-quick or freyfaces (${DEFAULT-VALUE}).")
  private String recipe;

  @Option(
      names = "--flow",
      split = ",",
      description = {
        "Posteriors to compare, the first one is the baseline; by recipe if not given: none,",
        "planar, radial, iaf, iaf-gated, householder-1, householder, ccliniaf, sylvester-t,",
        "sylvester-h, sylvester-o or one of yours."
      })
  private List<String> flows = List.of();

  @Option(names = "--seed", split = ",", description = "Seeds; by recipe if not given.")
  private List<Long> seeds = List.of();

  @CommandLine.Mixin private VaeImages images;

  @Option(names = "--encoder", description = "gated, relu, small, convolution or one of yours.")
  private String encoder;

  @Option(names = "--decoder", description = "gated, relu, small, convolution or one of yours.")
  private String decoder;

  @Option(
      names = "--prior",
      description = "standard, mixture, a flow of 'density' such as maf, or one of yours.")
  private String prior;

  @Option(names = "--objective", description = "elbo, exact-kl, free-bits, iwae or dreg.")
  private String objective;

  @Option(names = "--particles", description = "Draws of each image in a step.")
  private Integer particles;

  @Option(names = "--pixels", description = "bernoulli, categorical, logistic or gaussian.")
  private PixelModel pixels;

  @Option(names = "--binarisation", description = "none, static or dynamic.")
  private Binarisation binarisation;

  @Option(names = "--latent", description = "The size of the latent vector.")
  private Integer latent;

  @Option(names = "--epochs", description = "The most passes.")
  private Integer epochs;

  @Option(names = "--patience", description = "Epochs without a better validation bound.")
  private Integer patience;

  @Option(names = "--warm-up", description = "Epochs along which the KL part is switched on.")
  private Integer warmUp;

  @Option(names = "--batch", description = "Images in a step.")
  private Integer batch;

  @Option(names = "--rate", description = "Adam's learning rate.")
  private Double rate;

  @Option(names = "--cooled", description = "The rate at the end, as a part of that at the start.")
  private Double cooled;

  @Option(
      names = "--until",
      paramLabel = "EPOCH",
      description = "Pause every fit at this epoch; a checkpoint lets it go on later.")
  private int until = Integer.MAX_VALUE;

  @Option(
      names = "--samples",
      defaultValue = "500",
      description = "Samples of the importance-weighted bound, for each test image.")
  private int samples;

  @Option(
      names = "--subset",
      description = "Take so many samples for this number of test images only, a fixed choice.")
  private int subset = Integer.MAX_VALUE;

  @Option(
      names = "--rest-samples",
      defaultValue = "500",
      description = "Samples for the test images outside the subset; 0 leaves them out.")
  private int rest;

  @Option(
      names = "--jobs",
      defaultValue = "2",
      description = "Fits at a time, each on one thread (${DEFAULT-VALUE}).")
  private int jobs;

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description =
          "Keep a checkpoint and the scores of every fit there, and go on from those found.")
  private Path checkpoints;

  @Option(names = "--out", paramLabel = "DIR", description = "A folder for results and a page.")
  private Path out;

  @Option(names = "--backend", defaultValue = "torch", description = "java or torch.")
  private Backend backend;

  VaeCommand(Function<SessionSettings, Injector> wiring) {
    this.wiring = wiring;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    VaeRecipes named = VaeRecipes.of(recipe);
    VaeRecipe base = changed(named.recipe());
    List<String> chosen = flows.isEmpty() ? named.flows() : flows;
    List<Long> all = seeds.isEmpty() ? named.seeds() : seeds;
    VaeCatalog catalog = wiring.apply(SessionSettings.of(all.get(0))).getInstance(VaeCatalog.class);
    chosen.forEach(catalog::flow);
    if (out != null) {
      Files.createDirectories(out);
    }
    if (checkpoints != null) {
      Files.createDirectories(checkpoints);
    }
    TestPlan plan = new TestPlan(samples, subset, rest);
    PrintWriter err = spec.commandLine().getErr();
    images.fetch(catalog.data(base.data()), err);
    ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, jobs));
    try {
      List<Future<VaeResult>> running = new ArrayList<>();
      for (long seed : all) {
        for (String flow : chosen) {
          running.add(pool.submit(() -> one(catalog, base.withFlow(flow), seed, plan, err)));
        }
      }
      List<VaeResult> results = new ArrayList<>();
      for (Future<VaeResult> result : running) {
        results.add(result.get());
      }
      VaeTable table = new VaeTable(results, chosen, named.orders());
      spec.commandLine().getOut().print(table);
      spec.commandLine().getOut().flush();
      if (out != null) {
        VaeFiles.write(out, table, base, provenance(all.get(0)));
        spec.commandLine().getOut().println("Written to " + out);
      }
      return 0;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private VaeRecipe changed(VaeRecipe r) {
    return r.withNetworks(or(encoder, r.encoder()), or(decoder, r.decoder()))
        .withPrior(or(prior, r.prior()))
        .withObjective(or(objective, r.objective()), or(particles, r.particles()))
        .withPixels(or(pixels, r.pixels()), or(binarisation, r.binarisation()))
        .withLatent(or(latent, r.latent()))
        .withEpochs(or(epochs, r.epochs()), or(patience, r.patience()), warmUp(r))
        .withSteps(or(batch, r.batch()), or(rate, r.rate()))
        .withCooled(or(cooled, r.cooled()));
  }

  /** A third of fewer epochs at most, else the KL part would never count in full. */
  private int warmUp(VaeRecipe r) {
    int passes = or(epochs, r.epochs());
    int shorter = passes < r.epochs() ? Math.min(r.warmUp(), passes / 3) : r.warmUp();
    return or(warmUp, shorter);
  }

  private static <T> T or(T given, T otherwise) {
    return Optional.ofNullable(given).orElse(otherwise);
  }

  /** The command without folders: they change no number. */
  private Provenance provenance(long seed) {
    List<String> words = new ArrayList<>(List.of("java -jar models/target/flowsvi.jar vae"));
    words.add(recipe);
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      Object folder = option.getValue();
      words.add(option.longestName());
      if (folder instanceof Path) {
        words.add("DIR");
      } else if (option.arity().max() > 0) {
        words.addAll(
            List.of(String.join(option.splitRegex(), option.originalStringValues()).split(" ")));
      }
    }
    return new Provenance(String.join(" ", words), settings(seed, backend), jobs);
  }

  /** Single precision where the engine gains from it. */
  static SessionSettings settings(long seed, Backend backend) {
    SessionSettings settings = SessionSettings.of(seed).withBackend(backend);
    return backend == Backend.TORCH ? settings.withPrecision(Precision.FLOAT32) : settings;
  }

  private VaeResult one(
      VaeCatalog catalog, VaeRecipe recipe, long seed, TestPlan plan, PrintWriter err) {
    try (Session session = Session.open(settings(seed, backend))) {
      VaeRun run =
          new VaeRun(session, catalog, recipe, images.split(session, catalog, recipe.data()));
      String name = recipe.flow() + "-" + seed;
      Optional<Path> checkpoint =
          Optional.ofNullable(checkpoints).map(folder -> folder.resolve(name + ".ckpt"));
      TrainingClock clock = TrainingClock.beside(checkpoint);
      Fit<Images> fit =
          run.train(checkpoint, Math.min(until, recipe.epochs()), listener(run, name, err), clock);
      if (out != null) {
        SavedVae.save(run, out.resolve("vae-" + name + ".zip"));
      }
      KeptScores.Scored scored = KeptScores.beside(checkpoint).of(run, plan);
      VaeScores scores = scored.scores();
      VaeResult result =
          VaeResult.of(session, run, fit, scores, seed, clock.seconds(), scored.seconds());
      print(
          err,
          String.format(
              Locale.ROOT,
              "%s: done, best epoch %d of %d, %.0f s; scored in %.0f s, test -ELBO %.2f",
              name,
              result.bestEpoch(),
              result.epochs(),
              result.seconds(),
              scored.seconds(),
              -scores.meanElbo().value()));
      return result;
    } catch (PplException e) {
      throw new PplException(recipe.flow() + ", seed " + seed + ": " + e.getMessage(), e);
    }
  }

  private SviListener listener(VaeRun run, String name, PrintWriter err) {
    double images = run.split().training().count();
    long perEpoch = (long) Math.ceil(images / run.recipe().batch());
    long every = Math.max(1, run.recipe().epochs() / 5);
    return new SviListener() {
      @Override
      public void evaluated(Evaluation evaluation) {
        long epoch = evaluation.step() / perEpoch;
        if (epoch > 0 && epoch % every == 0) {
          print(
              err,
              String.format(
                  Locale.ROOT,
                  "%s: epoch %d, validation -ELBO %.2f",
                  name,
                  epoch,
                  -evaluation.elbo() / images));
        }
      }
    };
  }

  static void print(PrintWriter err, String line) {
    synchronized (err) {
      err.println(line);
      err.flush();
    }
  }
}
