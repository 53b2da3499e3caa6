package io.flowsvi.flows.family;

import io.flowsvi.ppl.tensor.PplException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Families by name: the library's, and a user's own. */
public final class FlowCatalog {
  private final Map<String, FlowFamily> flows;
  private final Map<String, GuideFamily> guides;

  /** A catalog of flows, each of which is a guide, too, and of further guides. */
  public FlowCatalog(Map<String, FlowFamily> flows, Map<String, GuideFamily> guides) {
    this.flows = Collections.unmodifiableMap(new LinkedHashMap<>(flows));
    Map<String, GuideFamily> all = new LinkedHashMap<>();
    flows.forEach((name, flow) -> all.put(name, GuideFamily.of(flow)));
    all.putAll(guides);
    this.guides = Collections.unmodifiableMap(all);
  }

  /** The library's own families. */
  public static FlowCatalog library() {
    return new FlowCatalog(Families.all(), GuideFamilies.all());
  }

  /** The names of all guides, in the order they were given. */
  public Set<String> names() {
    return guides.keySet();
  }

  /**
   * The guide of this name. Throws {@link PplException} with the nearest names if there is none.
   */
  public GuideFamily guide(String name) {
    return find("family", name, guides);
  }

  /** The flow of this name. Throws {@link PplException} with the nearest names if there is none. */
  public FlowFamily flow(String name) {
    return find("flow family", name, flows);
  }

  private static <T> T find(String kind, String name, Map<String, T> known) {
    T found = known.get(name);
    if (found == null) {
      throw new PplException(NearestName.message(kind, name, known.keySet()));
    }
    return found;
  }
}
