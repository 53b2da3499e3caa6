package io.flowsvi.ppl.graph;

import io.flowsvi.ppl.tensor.Assumption;
import io.flowsvi.ppl.tensor.Seed;
import java.util.List;

/**
 * What a body did, and with which data.
 *
 * @param graph what it computes
 * @param data the arrays of its {@link Node.Data} leaves; the body's own come first
 * @param own how many of them the body brought; derivative rules brought the rest
 * @param keys the keys of its noise, below {@link Recorder#seed}
 * @param structure equal for two recordings that differ in their data and keys alone
 * @param assumptions of which the last outputs, one each, tell whether a run may be used
 */
public record Recording(
    Graph graph,
    List<double[]> data,
    int own,
    List<Seed> keys,
    Structure structure,
    List<Assumption> assumptions) {
  /** Copies the lists. */
  public Recording {
    assumptions = List.copyOf(assumptions);
    data = List.copyOf(data);
    keys = List.copyOf(keys);
  }

  /** What a body computes, without its data. */
  public record Structure(List<Node.Signature> nodes, List<Integer> outputs) {
    /** Copies the lists. */
    public Structure {
      nodes = List.copyOf(nodes);
      outputs = List.copyOf(outputs);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Structure o && o.nodes.equals(nodes) && o.outputs.equals(outputs);
    }

    @Override
    public int hashCode() {
      return 31 * nodes.hashCode() + outputs.hashCode();
    }
  }
}
