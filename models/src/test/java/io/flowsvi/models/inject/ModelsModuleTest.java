package io.flowsvi.models.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Module;
import io.flowsvi.models.bayes.EightSchools;
import io.flowsvi.models.bayes.ModelCatalog;
import io.flowsvi.models.bayes.ModelEntry;
import org.junit.jupiter.api.Test;

/** Models bound by name beside the library's. */
class ModelsModuleTest {
  private static Module bind(String name) {
    ModelEntry<EightSchools.Data> entry =
        new ModelEntry<>(
            "mine", new EightSchools(), EightSchools.Data::of, EightSchools.Data::bundled);
    return binder -> ModelBinder.modelBinder(binder).model(name, entry);
  }

  @Test
  void catalogHasBundledModelsAndAUsersOwn() {
    ModelCatalog catalog =
        Guice.createInjector(new ModelsModule(), bind("mine")).getInstance(ModelCatalog.class);
    assertThat(catalog.all().keySet()).containsAll(ModelCatalog.bundled().keySet());
    assertThat(catalog.find("mine").description()).isEqualTo("mine");
  }

  @Test
  void takenNameIsRefusedAndNamed() {
    assertThatThrownBy(() -> Guice.createInjector(new ModelsModule(), bind("eight-schools")))
        .isInstanceOf(CreationException.class)
        .hasMessageContaining("eight-schools");
  }
}
