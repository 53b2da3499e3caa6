package io.flowsvi.models.report;

import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Generated;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.model.SiteInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A model's structure as a picture that any browser opens, without Graphviz.
 *
 * <p>One column for each set of plates, in a box with their names; sites from top to bottom in the
 * model's order. Signs as in {@link ModelDot}; arrows come from the latents that a site's density
 * depends on.
 */
public final class ModelSvg {
  private static final int WIDTH = 150;
  private static final int HEIGHT = 44;
  private static final int GAP = 34;
  private static final int COLUMN = WIDTH + 90;
  private static final int TOP = 50;

  private record Place(int x, int y) {}

  private ModelSvg() {}

  /** The text of an .svg file; parents by the names of sites, none for no arrows. */
  public static String of(ModelStructure structure, Map<String, Set<String>> parents) {
    Map<List<String>, List<SiteInfo>> columns = new LinkedHashMap<>();
    for (SiteInfo site : structure.sites()) {
      List<String> plates = site.plates().stream().map(ModelSvg::words).toList();
      columns.computeIfAbsent(plates, k -> new ArrayList<>()).add(site);
    }
    Map<String, Place> places = new LinkedHashMap<>();
    StringBuilder boxes = new StringBuilder();
    StringBuilder nodes = new StringBuilder();
    int row = 0;
    int column = 0;
    for (SiteInfo site : structure.sites()) {
      // Every site has a row of its own, so that arrows from above never run through a node.
      places.put(site.site().name(), new Place(0, TOP + row++ * (HEIGHT + GAP)));
    }
    for (Map.Entry<List<String>, List<SiteInfo>> group : columns.entrySet()) {
      int x = 40 + column++ * COLUMN;
      int first = Integer.MAX_VALUE;
      int last = 0;
      for (SiteInfo site : group.getValue()) {
        int y = places.get(site.site().name()).y();
        places.put(site.site().name(), new Place(x, y));
        nodes.append(node(site, x, y));
        first = Math.min(first, y);
        last = Math.max(last, y);
      }
      if (!group.getKey().isEmpty()) {
        boxes.append(box(String.join(" × ", group.getKey()), x, first, last));
      }
    }
    int width = 40 + column * COLUMN;
    int height = TOP + row * (HEIGHT + GAP);
    return String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " font-family=\"sans-serif\" font-size=\"13\" text-anchor=\"middle\">%n",
            width,
            height)
        + "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\""
        + " markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n"
        + boxes
        + arrows(parents, places)
        + nodes
        + "</svg>\n";
  }

  private static String words(Plate plate) {
    return plate.name()
        + " ("
        + (plate.isBatch() ? plate.size() + " of " + plate.fullSize() : plate.size())
        + ")";
  }

  private static String box(String label, int x, int first, int last) {
    return String.format(
        Locale.ROOT,
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\" fill=\"none\""
            + " stroke=\"#888\"/><text x=\"%d\" y=\"%d\" fill=\"#555\">%s</text>%n",
        x - 16,
        first - 26,
        WIDTH + 32,
        last - first + HEIGHT + 36,
        x + WIDTH / 2,
        first - 11,
        escaped(label));
  }

  private static String node(SiteInfo info, int x, int y) {
    boolean box = info.site() instanceof Derived || info.site() instanceof Factor;
    String fill = info.site() instanceof Observed ? "#d9d9d9" : "white";
    String dash = info.site() instanceof Generated ? " stroke-dasharray=\"5 3\"" : "";
    String shape =
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\""
                + " stroke=\"black\"%s/>",
            x,
            y,
            WIDTH,
            HEIGHT,
            info.site() instanceof Factor ? 0 : box ? 6 : HEIGHT / 2,
            fill,
            dash);
    String below =
        info.distribution() + (info.event().rank() == 0 ? "" : " " + info.event().toString());
    return shape
        + String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text><text x=\"%d\" y=\"%d\""
                + " font-size=\"11\">%s</text>%n",
            x + WIDTH / 2,
            y + 19,
            escaped(info.site().name()),
            x + WIDTH / 2,
            y + 34,
            escaped(below.strip()));
  }

  private static String arrows(Map<String, Set<String>> parents, Map<String, Place> places) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Set<String>> entry : parents.entrySet()) {
      Place to = places.get(entry.getKey());
      for (String parent : entry.getValue()) {
        Place from = places.get(parent);
        if (from != null && to != null) {
          text.append(arrow(from, to));
        }
      }
    }
    return text.toString();
  }

  /** From the lower edge to the upper one; within a column around the nodes between. */
  private static String arrow(Place from, Place to) {
    int bend = from.x() == to.x() && to.y() - from.y() > HEIGHT + GAP ? WIDTH / 2 + 30 : 0;
    int x1 = from.x() + WIDTH / 2;
    int x2 = to.x() + WIDTH / 2;
    int y1 = from.y() + (to.y() > from.y() ? HEIGHT : 0);
    int y2 = to.y() + (to.y() > from.y() ? 0 : HEIGHT);
    return String.format(
        Locale.ROOT,
        "<path d=\"M%d %dC%d %d %d %d %d %d\" fill=\"none\" stroke=\"#444\""
            + " marker-end=\"url(#tip)\"/>%n",
        x1,
        y1,
        x1 + bend,
        (y1 + y2) / 2,
        x2 + bend,
        (y1 + y2) / 2,
        x2,
        y2);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
