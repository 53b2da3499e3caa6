package io.flowsvi.models.cli;

import io.flowsvi.flows.train.Evaluation;
import io.flowsvi.flows.train.Status;
import io.flowsvi.flows.train.StepReport;
import io.flowsvi.flows.train.SviListener;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on a terminal, a line now and then elsewhere. */
final class FitProgress implements SviListener {
  private static final int LINES = 10;

  private final PrintWriter err;
  private final boolean terminal;
  private ProgressBar bar;
  private long every = 1;
  private String latest = "";

  private FitProgress(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** Chooses by whether a person is watching. */
  static FitProgress to(PrintWriter err) {
    return new FitProgress(err, terminal());
  }

  /** Whether a person is watching. */
  static boolean terminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // From Java 22 on there is always a console, and this says whether it is a terminal.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  @Override
  public void started(long step, long steps) {
    every = Math.max(1, steps / LINES);
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("fitting")
              .setInitialMax(steps)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(100)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
      bar.stepTo(step);
    } else {
      err.println("fitting, at most " + steps + " steps");
    }
  }

  @Override
  public void stepped(StepReport report) {
    if (bar != null) {
      bar.stepTo(report.step() + 1);
    } else if ((report.step() + 1) % every == 0) {
      err.println("step " + (report.step() + 1) + news());
    }
  }

  /** The ELBO if it is newer than the last line. */
  private String news() {
    String told = latest;
    latest = "";
    return told;
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    latest =
        String.format(
            Locale.ROOT, "  ELBO %.3f +/- %.3f", evaluation.elbo(), evaluation.standardError());
    if (bar != null) {
      bar.setExtraMessage(latest);
    }
  }

  @Override
  public void cooling(long step, long lastStep) {
    if (bar != null) {
      bar.maxHint(lastStep);
    } else {
      err.println("step " + step + news() + ", cooling until step " + lastStep);
    }
  }

  @Override
  public void ended(Status status) {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
