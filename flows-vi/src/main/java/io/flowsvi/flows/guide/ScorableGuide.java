package io.flowsvi.flows.guide;

import io.flowsvi.ppl.model.Assignment;
import io.flowsvi.ppl.model.Inputs;
import io.flowsvi.ppl.model.Term;
import java.util.List;

/**
 * A guide that also scores values it did not propose: needs a chain of bijections.
 *
 * @param <D> the data it looks at
 */
public interface ScorableGuide<D> extends Guide<D> {
  /** The terms of log q of given unconstrained values. */
  List<Term> logProb(Inputs in, D data, Assignment values);
}
