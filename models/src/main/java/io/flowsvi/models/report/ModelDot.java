package io.flowsvi.models.report;

import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.model.SiteInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model's structure as text for Graphviz: sites as nodes, plates as boxes around them.
 *
 * <p>Circles are latents, filled ones observed, rounded boxes derived, dashed ones generated,
 * squares factors. Arrows come from the latents that a site's density depends on ({@link
 * io.flowsvi.ppl.model.Dependencies}).
 */
public final class ModelDot {
  private ModelDot() {}

  /** The text of a .dot file; parents by the names of sites, none for no arrows. */
  public static String of(ModelStructure structure, Map<String, Set<String>> parents) {
    StringBuilder dot = new StringBuilder("digraph model {\n  rankdir=TB;\n");
    Map<List<String>, List<SiteInfo>> groups = new LinkedHashMap<>();
    for (SiteInfo site : structure.sites()) {
      List<String> plates =
          site.plates().stream().map(p -> p.name() + " (" + size(p) + ")").toList();
      groups.computeIfAbsent(plates, k -> new ArrayList<>()).add(site);
    }
    int box = 0;
    for (Map.Entry<List<String>, List<SiteInfo>> group : groups.entrySet()) {
      String indent = "  ";
      for (String plate : group.getKey()) {
        dot.append(indent).append("subgraph cluster_").append(box++).append(" {\n");
        indent += "  ";
        dot.append(indent).append("label=").append(quoted(plate)).append(";\n");
      }
      for (SiteInfo site : group.getValue()) {
        dot.append(indent).append(node(site)).append(";\n");
      }
      for (int i = 0; i < group.getKey().size(); i++) {
        indent = indent.substring(2);
        dot.append(indent).append("}\n");
      }
    }
    parents.forEach(
        (site, from) ->
            from.forEach(
                p ->
                    dot.append("  ")
                        .append(quoted(p))
                        .append(" -> ")
                        .append(quoted(site))
                        .append(";\n")));
    return dot.append("}\n").toString();
  }

  private static String size(Plate plate) {
    return plate.isBatch() ? plate.size() + " of " + plate.fullSize() : "" + plate.size();
  }

  private static String node(SiteInfo info) {
    String label =
        info.site().name()
            + (info.distribution().isEmpty() ? "" : "\n~ " + info.distribution())
            + (info.event().rank() == 0 ? "" : "\n" + info.event());
    String style;
    if (info.site() instanceof Observed) {
      style = "shape=ellipse, style=filled, fillcolor=gray85";
    } else if (info.site() instanceof Derived) {
      style = "shape=box, style=rounded";
    } else if (info.site() instanceof Factor) {
      style = "shape=square";
    } else {
      boolean generated = info.site() instanceof io.flowsvi.ppl.model.Generated;
      style = "shape=ellipse" + (generated ? ", style=dashed" : "");
    }
    return quoted(info.site().name()) + " [label=" + quoted(label) + ", " + style + "]";
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }
}
