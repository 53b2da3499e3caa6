package io.flowsvi.models.cli;

import io.flowsvi.flows.density.EpochReport;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** The epochs of a density fit: a bar on a terminal, a line now and then elsewhere. */
final class DensityProgress implements AutoCloseable {
  private static final int LINES = 10;

  private final PrintWriter err;
  private final int epochs;
  private ProgressBar bar;

  /** For so many epochs at most. */
  DensityProgress(PrintWriter err, int epochs) {
    this.err = err;
    this.epochs = epochs;
    if (FitProgress.terminal()) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("fitting")
              .setInitialMax(epochs)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    }
  }

  /** One more epoch, and what it cost where that is worth a word. */
  void epoch(EpochReport report, String effort) {
    String news =
        String.format(
            Locale.ROOT,
            "training %.4f, validation %.4f nats a row%s%s",
            report.training(),
            report.validation(),
            report.skipped() == 0 ? "" : ", " + report.skipped() + " steps left out",
            effort.isEmpty() ? "" : "; " + effort);
    if (bar != null) {
      bar.stepTo(report.epoch() + 1);
      bar.setExtraMessage("  " + news);
    } else if (report.epoch() == 0 || (report.epoch() + 1) % Math.max(1, epochs / LINES) == 0) {
      err.println("epoch " + (report.epoch() + 1) + ": " + news);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
