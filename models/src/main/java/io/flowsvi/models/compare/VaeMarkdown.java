package io.flowsvi.models.compare;

import io.flowsvi.models.vae.VaeRecipe;
import io.flowsvi.models.vae.VaeResult;
import java.util.Locale;
import java.util.stream.Collectors;

/** A comparison as one Markdown file, with all that it takes to make it again. */
final class VaeMarkdown {
  private VaeMarkdown() {}

  static String of(VaeTable table, VaeRecipe recipe, Provenance how) {
    StringBuilder text = new StringBuilder();
    text.append("# VAE posteriors on ").append(recipe.data()).append("\n\n");
    text.append("Made by the command\n\n```sh\n").append(how.command()).append("\n```\n\n");
    text.append(settings(recipe)).append('\n');
    text.append(computed(table, how)).append("\n\n");
    text.append(table.means().markdown()).append('\n').append(table.images()).append('\n');
    text.append("Where a flow ran with several seeds: mean ± sd over them.\n");
    if (table.flows().size() > 1) {
      text.append("\nGain over `").append(table.flows().get(0)).append('`');
      text.append(", pair by pair of test images:\n\n").append(table.gains().markdown());
    }
    TextTable orders = table.orders("order of the paper");
    if (!orders.rows().isEmpty()) {
      text.append('\n').append(orders.markdown());
    }
    return text.toString();
  }

  private static String settings(VaeRecipe r) {
    return String.format(
        Locale.ROOT,
        """
        Encoder `%s`, decoder `%s`, %d latents, prior `%s`; pixels %s, binarisation %s; objective \
        `%s`, %d draw(s) of an image in a step. Adam, rate %s%s, batches of %d; at most %d epochs, \
        warm-up %d, patience %d; the parameters kept are the best by the validation bound.
        """,
        r.encoder(),
        r.decoder(),
        r.latent(),
        r.prior(),
        r.pixels().name().toLowerCase(Locale.ROOT),
        r.binarisation().name().toLowerCase(Locale.ROOT),
        r.objective(),
        r.particles(),
        r.rate(),
        r.cooled() < 1 ? ", cooled along half a cosine to " + r.cooled() + " of it" : "",
        r.batch(),
        r.epochs(),
        r.warmUp(),
        r.patience());
  }

  private static String computed(VaeTable table, Provenance how) {
    String seeds =
        table.results().stream()
            .map(VaeResult::seed)
            .distinct()
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
    double wall = table.results().stream().mapToDouble(VaeResult::seconds).sum();
    return String.format(
        Locale.ROOT,
        "Seeds: %s. Backend %s, %s, one thread a fit, %d at a time; %.0f minutes of training in"
            + " all (wall time of the fits, summed) on Java %s, %s, %d processors.",
        seeds,
        how.settings().backend().name().toLowerCase(Locale.ROOT),
        how.settings().precision().name().toLowerCase(Locale.ROOT),
        how.jobs(),
        wall / 60,
        Runtime.version().feature(),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
  }
}
