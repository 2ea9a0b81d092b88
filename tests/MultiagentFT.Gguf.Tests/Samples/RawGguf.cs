using System.Text;

namespace MultiagentFT.Gguf.Tests.Samples;

/// <summary>Spells a GGUF file field by field, so that a test can spell it wrong.</summary>
public sealed class RawGguf
{
    private readonly MemoryStream _stream = new();
    private readonly BinaryWriter _writer;

    public RawGguf() => _writer = new BinaryWriter(_stream);

    /// <summary>Magic, version and the two counts.</summary>
    public static RawGguf Start(ulong tensors, ulong keys, uint version = 3) =>
        new RawGguf().U32(0x46554747).U32(version).U64(tensors).U64(keys);

    public RawGguf U8(byte value)
    {
        _writer.Write(value);
        return this;
    }

    public RawGguf U32(uint value)
    {
        _writer.Write(value);
        return this;
    }

    public RawGguf U64(ulong value)
    {
        _writer.Write(value);
        return this;
    }

    public RawGguf Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>A string of bytes that need not be UTF-8.</summary>
    public RawGguf Bytes(byte[] value)
    {
        _writer.Write((ulong)value.Length);
        _writer.Write(value);
        return this;
    }

    public RawGguf Tensor(string name, ulong[] shape, TensorType type = TensorType.F32, ulong offset = 0)
    {
        Text(name).U32((uint)shape.Length);
        foreach (var length in shape) U64(length);
        return U32((uint)type).U64(offset);
    }

    public RawGguf Data(int bytes, int alignment = 32)
    {
        while (_stream.Position % alignment != 0) U8(0);
        _writer.Write(new byte[bytes]);
        return this;
    }

    public byte[] ToArray() => _stream.ToArray();

    public string Write(string path)
    {
        File.WriteAllBytes(path, ToArray());
        return path;
    }
}
