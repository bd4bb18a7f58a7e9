package dev.weir.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** A class within another one is private and static. */
final class StaticIfNested extends ArchCondition<JavaClass> {
  StaticIfNested() {
    super("be private and static if nested");
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    boolean fine =
        type.getEnclosingClass().isEmpty()
            || (type.getModifiers().contains(JavaModifier.PRIVATE)
                && type.getModifiers().contains(JavaModifier.STATIC));
    events.add(new SimpleConditionEvent(type, fine, type.getName() + " is nested"));
  }
}
