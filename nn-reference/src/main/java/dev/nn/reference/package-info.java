/**
 * The reference backend: every operation of the numeric contract as the naive scalar loop that
 * defines it. Never blocked, never unrolled.
 */
package dev.nn.reference;
