package dev.nn.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Counts what a message consists of before objects are made of it: a field of two bytes may become
 * an object of a hundred.
 */
final class WireLimits {
  /** A network of 100 layers has two thousand fields; other exporters add notes to them. */
  static final int MOST_FIELDS = 100_000;

  private int fields;

  private WireLimits() {}

  /** Goes through a message of the given type. */
  static void check(CodedInputStream in, Descriptor type) throws IOException {
    new WireLimits().message(in, type);
  }

  private void message(CodedInputStream in, Descriptor type) throws IOException {
    while (!in.isAtEnd()) {
      int tag = in.readTag();
      count(1);
      int wireType = WireFormat.getTagWireType(tag);
      if (wireType == WireFormat.WIRETYPE_START_GROUP
          || wireType == WireFormat.WIRETYPE_END_GROUP) {
        throw new InvalidProtocolBufferException("a group, which ONNX does not have");
      }
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      if (wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED && field != null) {
        lengthDelimited(in, field);
      } else {
        in.skipField(tag);
      }
    }
  }

  private void lengthDelimited(CodedInputStream in, FieldDescriptor field) throws IOException {
    int length = in.readRawVarint32();
    int limit = in.pushLimit(length);
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      message(in, field.getMessageType()); // not recursive: no message of the schema is in itself
    } else {
      if (field.getType() == FieldDescriptor.Type.INT64) {
        count(length); // of bytes, each of which may be a number
      }
      in.skipRawBytes(in.getBytesUntilLimit());
    }
    in.popLimit(limit);
  }

  private void count(int more) throws InvalidProtocolBufferException {
    if (more > MOST_FIELDS - fields) {
      throw new InvalidProtocolBufferException("more than " + MOST_FIELDS + " fields");
    }
    fields += more;
  }
}
