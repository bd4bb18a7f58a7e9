/**
 * Calls to slow services. Begin with the transform, {@link dev.weir.service.AskService}, and with
 * {@link dev.weir.service.OpenQuestions}, which keeps questions in flight across bundles and
 * checkpoints. {@link dev.weir.service.AskAboutFirst} drops duplicates in the same step. {@link
 * dev.weir.service.ServiceClient} and its parts (batches, {@link dev.weir.service.Breaker}, {@link
 * dev.weir.service.Patience}) are plain Java. Every element gives exactly one result, also across
 * restarts, and a service that cannot answer is an {@link dev.weir.service.Answer} without a value.
 * The service itself may be asked again, so questions must be safe to repeat.
 */
package dev.weir.service;
