/**
 * The commands that the test bed adds to {@link dev.weir.local.Main}: the demos, the generators and
 * the services. {@link dev.weir.testbed.TestbedCommands} lists them. It is registered in {@code
 * META-INF/services}, so the product depends on none of them.
 */
package dev.weir.testbed;
