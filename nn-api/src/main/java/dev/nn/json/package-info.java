/** Strict JSON (RFC 8259) for the headers of files; not exported. */
package dev.nn.json;
