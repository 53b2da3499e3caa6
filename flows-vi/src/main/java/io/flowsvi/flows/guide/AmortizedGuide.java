package io.flowsvi.flows.guide;

import io.flowsvi.ppl.dist.Conditional;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Sampler;
import io.flowsvi.ppl.model.Assignment;
import io.flowsvi.ppl.model.Inputs;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.LatentInfo;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.model.PlateAxis;
import io.flowsvi.ppl.model.SiteException;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A guide of a latent with one value per row of a plate: an encoder turns each row's features into
 * the numbers of a sampler.
 *
 * <p>Features are {@code [B, F]}, draws {@code [S, B, D]}, log q {@code [S, B]} in the rows' plate.
 * A row's noise is keyed by its id: the same in whatever batch the row comes. Kingma and Welling
 * (2014); with flows, Rezende and Mohamed (2015).
 */
public final class AmortizedGuide {
  private AmortizedGuide() {}

  /**
   * A guide from an encoder of any sampler. Throws {@link PplException} if the site is not the only
   * latent, or not in exactly one plate.
   *
   * @param structure of the model, discovered on any batch
   * @param site the latent
   * @param plate the same plate as the model opens for the data of a batch
   * @param features what the encoder sees of a batch, {@code [B, F]}
   * @param encoder from features to a sampler of vectors with the site's reals
   */
  public static <D> Guide<D> of(
      ModelStructure structure,
      Latent site,
      Function<? super D, Plate> plate,
      BiFunction<Inputs, ? super D, Tensor> features,
      Conditional<? extends Sampler> encoder) {
    Rows<D> rows = Rows.of(structure, site, plate, features);
    return (in, data, particles, seed) -> {
      Plate here = plate.apply(data);
      Sampler sampler = rows.check(encoder.given(rows.features(in, data, here)));
      Draw draw = sampler.draw(seed.rows(here.rowIds()), Shape.of(particles, here.size()));
      return new Proposal(
          rows.assign(draw.value(), here),
          rows.terms(draw.logProb(), here),
          () -> {
            throw new SiteException(
                site,
                ": its encoder's sampler cannot score values, which the objective asks for (path gradients)."
                    + " Likely fix: use an Elbo, or AmortizedGuide.scorable with a chain of bijective layers.");
          });
    };
  }

  /** A guide that can score, from an encoder of flows. Throws as {@link #of}. */
  public static <D> ScorableGuide<D> scorable(
      ModelStructure structure,
      Latent site,
      Function<? super D, Plate> plate,
      BiFunction<Inputs, ? super D, Tensor> features,
      Conditional<? extends Flow> encoder) {
    return new FlowGuide<>(Rows.of(structure, site, plate, features), encoder);
  }

  private record FlowGuide<D>(Rows<D> rows, Conditional<? extends Flow> encoder)
      implements ScorableGuide<D> {
    private Flow flow(Inputs in, D data, Plate here) {
      Flow flow = encoder.given(rows.features(in, data, here));
      rows.check(flow);
      return flow;
    }

    @Override
    public Proposal propose(Inputs in, D data, int particles, Seed seed) {
      Plate here = rows.plate().apply(data);
      Draw draw =
          flow(in, data, here).draw(seed.rows(here.rowIds()), Shape.of(particles, here.size()));
      return new Proposal(
          rows.assign(draw.value(), here),
          rows.terms(draw.logProb(), here),
          // The encoder runs again inside: its output must not carry a gradient either.
          () ->
              ParamStore.stopped(
                  () -> rows.terms(flow(in, data, here).logProb(draw.value()), here)));
    }

    @Override
    public List<Term> logProb(Inputs in, D data, Assignment values) {
      Plate here = rows.plate().apply(data);
      Tensor reals = values.reals().get(rows.info().site());
      int particles = reals.shape().dim(0);
      Tensor flat = reals.reshape(Shape.of(particles, here.size(), rows.info().real().size()));
      return rows.terms(flow(in, data, here).logProb(flat), here);
    }
  }

  private record Rows<D>(
      LatentInfo info,
      int axis,
      int plateRank,
      Function<? super D, Plate> plate,
      BiFunction<Inputs, ? super D, Tensor> features) {

    static <D> Rows<D> of(
        ModelStructure structure,
        Latent site,
        Function<? super D, Plate> plate,
        BiFunction<Inputs, ? super D, Tensor> features) {
      List<String> names = structure.latents().stream().map(l -> l.site().name()).toList();
      if (!names.equals(List.of(site.name()))) {
        throw new SiteException(
            site,
            ": an amortised guide proposes this latent only, but the model has " + names + ".");
      }
      LatentInfo info = structure.latents().get(0);
      if (info.plates().size() != 1) {
        throw new SiteException(
            site,
            ": an amortised guide needs a latent in exactly one plate, it is in "
                + info.plates()
                + ". Likely fix: sample it inside ctx.plate(...).");
      }
      int axis =
          structure.plates().stream()
              .filter(p -> p.plate().name().equals(info.plates().get(0).name()))
              .mapToInt(PlateAxis::axis)
              .findFirst()
              .orElseThrow();
      return new Rows<>(info, axis, structure.plateRank(), plate, features);
    }

    Tensor features(Inputs in, D data, Plate here) {
      if (!here.name().equals(info.plates().get(0).name())) {
        throw new SiteException(
            info.site(),
            " is in plate '"
                + info.plates().get(0).name()
                + "', but the guide was given plate '"
                + here.name()
                + "'.");
      }
      Tensor given = features.apply(in, data);
      if (given.shape().rank() < 2 || given.shape().dim(0) != here.size()) {
        throw new ShapeException(
            "The features for latent '"
                + info.site().name()
                + "' have shape "
                + given.shape()
                + ", expected ("
                + here.size()
                + ", F): one row per row of plate "
                + here
                + ".");
      }
      return given;
    }

    Sampler check(Sampler sampler) {
      Shape expected = Shape.of(info.real().size());
      if (!sampler.eventShape().equals(expected)) {
        throw new ShapeException(
            "The encoder of latent '"
                + info.site().name()
                + "' gives vectors of shape "
                + sampler.eventShape()
                + ", expected "
                + expected
                + ": the reals behind one row.");
      }
      return sampler;
    }

    private Shape plateShape(Plate here) {
      Shape shape = Shape.scalar();
      for (int i = 0; i < plateRank; i++) {
        shape = shape.append(i == axis ? here.size() : 1);
      }
      return shape;
    }

    Assignment assign(Tensor draw, Plate here) {
      Shape shape = Shape.of(draw.shape().dim(0)).append(plateShape(here)).append(info.real());
      return new Assignment(Map.of(info.site(), draw.reshape(shape)));
    }

    List<Term> terms(Tensor logQ, Plate here) {
      Shape shape = Shape.of(logQ.shape().dim(0)).append(plateShape(here));
      return List.of(
          new Term(List.of(info.site()), Term.Kind.GUIDE, logQ.reshape(shape), List.of(here)));
    }
  }
}
