/** What a backend implements, and how one is found. Applications need {@code dev.nn} only. */
package dev.nn.spi;
