using MultiagentFT.Foundation;
using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Files;

public sealed class GgufRejectionTests : IDisposable
{
    private const ulong Huge = ulong.MaxValue / 2;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string, RawGguf> Malformed => new()
    {
        { "magic", "a GGUF file, found magic 0x67676d6c", new RawGguf().U32(0x67676d6c).U32(3) },
        { "magic", "truncated", new RawGguf().U8(0x47) },
        { "version", "truncated", new RawGguf().U32(0x46554747) },
        { "version", "a little-endian GGUF file, found a big-endian one", RawGguf.Start(0, 0, version: 3u << 24) },
        { "version", "GGUF version 2 or 3, found version 1", RawGguf.Start(0, 0, version: 1) },
        { "version", "found version 4", RawGguf.Start(0, 0, version: 4) },
        { "version", "found version 0", RawGguf.Start(0, 0, version: 0) },
        { "tensor count", "at most 0 tensors in the 8 bytes", RawGguf.Start(Huge, 0) },
        { "key count", "found 9223372036854775807", RawGguf.Start(0, Huge) },
        { "name of key 0", "string bytes", RawGguf.Start(0, 1).U64(Huge).U64(0).U64(0) },
        { "name of key 0", "a key, found an empty string", RawGguf.Start(0, 1).Text("").U32(4).U32(0) },
        { "name of key 0", "UTF-8 text", RawGguf.Start(0, 1).Bytes([0xc3, 0x28]).U32(4).U32(0) },
        { "name of key 0", "at most 65535 bytes", RawGguf.Start(0, 1).Text(new string('k', 65536)).U32(4).U32(0) },
        { "name of key 1", "every key once, found k again", RawGguf.Start(0, 2).Text("k").U32(4).U32(0).Text("k").U32(4).U32(0) },
        { "k", "a value type from 0 to 12, found 13", RawGguf.Start(0, 1).Text("k").U32(13).U64(0) },
        { "k", "a bool of 0 or 1, found 2", RawGguf.Start(0, 1).Text("k").U32(7).U8(2) },
        { "k", "a bool of 0 or 1, found 255", RawGguf.Start(0, 1).Text("k").U32(9).U32(7).U64(2).U8(1).U8(255) },
        { "k", "UTF-8 text, found invalid bytes", RawGguf.Start(0, 1).Text("k").U32(8).Bytes([0xff]) },
        { "k", "an array of arrays", RawGguf.Start(0, 1).Text("k").U32(9).U32(9).U64(0) },
        { "k", "an element type from 0 to 12", RawGguf.Start(0, 1).Text("k").U32(9).U32(77).U64(0) },
        { "k", "at most 1 array elements in the 4 bytes", RawGguf.Start(0, 1).Text("k").U32(9).U32(6).U64(1L << 62).U32(0) },
        { "k", "at most 1 strings in the 8 bytes", RawGguf.Start(0, 1).Text("k").U32(9).U32(8).U64(2).U64(0) },
        { "k", "truncated", RawGguf.Start(0, 1).Text("k").U32(10).U32(0) },
        { "general.alignment", "expected u32, found i32", RawGguf.Start(0, 1).Text("general.alignment").U32(5).U32(32) },
        { "general.alignment", "a power of two from 8 to 65536, found 48", RawGguf.Start(0, 1).Text("general.alignment").U32(4).U32(48) },
        { "general.alignment", "found 0", RawGguf.Start(0, 1).Text("general.alignment").U32(4).U32(0) },
        { "name of tensor 0", "a tensor name, found an empty string", RawGguf.Start(1, 0).Tensor("", [1]).Data(4) },
        { "name of tensor 0", "at most 63 bytes", RawGguf.Start(1, 0).Tensor(new string('t', 64), [1]).Data(4) },
        { "t", "1 to 4 dimensions, found 0", RawGguf.Start(1, 0).Tensor("t", []).Data(64) },
        { "t", "1 to 4 dimensions, found 5", RawGguf.Start(1, 0).Tensor("t", [1, 1, 1, 1, 1]).Data(64) },
        { "t", "found 0", RawGguf.Start(1, 0).Tensor("t", [4, 0]).Data(64) },
        { "t", "less than 2^63", RawGguf.Start(1, 0).Tensor("t", [ulong.MaxValue]).Data(64) },
        { "t", "less than 2^63 bytes", RawGguf.Start(1, 0).Tensor("t", [1UL << 40, 1UL << 40]).Data(64) },
        { "t", "a multiple of 256 (q6_K), found [32]", RawGguf.Start(1, 0).Tensor("t", [32], TensorType.Q6_K).Data(256) },
        { "t", "a known tensor type, found type 4", RawGguf.Start(1, 0).Tensor("t", [32], (TensorType)4).Data(64) },
        { "t", "a multiple of 32, found 8", RawGguf.Start(1, 0).Tensor("t", [1], offset: 8).Data(64) },
        { "t", "an offset within the file", RawGguf.Start(1, 0).Tensor("t", [1], offset: ulong.MaxValue - 31).Data(64) },
        { "t", "a file of 68 bytes (truncated?)", RawGguf.Start(1, 0).Tensor("t", [2]).Data(4) },
        { "b", "offset 32, right after the tensor before, found 0 (overlap or gap)",
            RawGguf.Start(2, 0).Tensor("a", [8]).Tensor("b", [8]).Data(64) },
        { "b", "found 64 (overlap or gap)", RawGguf.Start(2, 0).Tensor("a", [8]).Tensor("b", [8], offset: 64).Data(128) },
        { "a", "every tensor once", RawGguf.Start(2, 0).Tensor("a", [8]).Tensor("a", [8], offset: 32).Data(64) },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Malformed))]
    public void MalformedFilesAreRejectedByName(string place, string message, RawGguf raw)
    {
        var path = raw.Write(_folder.File("bad.gguf"));

        var error = Assert.Throws<InputException>(() => GgufFile.Open(path));

        Assert.Equal(path, error.InputSource);
        Assert.Equal(place, error.Place);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFilesAndFoldersAreRejected()
    {
        var missing = Assert.Throws<InputException>(() => GgufFile.Open(_folder.File("none.gguf")));
        var folder = Assert.Throws<InputException>(() => GgufFile.Open(Path.GetTempPath()));
        var noName = Assert.Throws<InputException>(() => GgufFile.Open(""));

        Assert.Contains("no such file", missing.Message, StringComparison.Ordinal);
        Assert.Contains("a readable GGUF file", folder.Message, StringComparison.Ordinal);
        Assert.Contains("a readable GGUF file", noName.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AForgedHeaderInAHugeSparseFileCannotFillMemory()
    {
        var path = _folder.File("sparse.gguf");
        RawGguf.Start(0, 1).Text("k").U32(9).U32(0).U64(1L << 40).Write(path);
        using (var stream = File.OpenWrite(path)) stream.SetLength(1L << 41);

        var error = Assert.Throws<InputException>(() => GgufFile.Open(path));

        Assert.Contains("metadata may take 256 MiB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATensorBeyondArraysIsReadInParts()
    {
        var path = _folder.File("large.gguf");
        const long elements = 3L << 30;
        var raw = RawGguf.Start(1, 0).Tensor("t", [1UL << 20, (ulong)(elements >> 20)], TensorType.I8).Data(0).ToArray();
        using (var stream = File.Create(path))
        {
            stream.Write(raw);
            stream.SetLength(raw.Length + elements);
            stream.Position = raw.Length + elements - 2;
            stream.Write([7, 8]);
        }

        using var file = GgufFile.Open(path);
        var tail = new byte[2];
        file.Read(file.Tensors[0], elements - 2, tail);

        Assert.Equal([7, 8], tail);
        Assert.Throws<InputException>(() => file.Read(file.Tensors[0]));
    }

    [Fact]
    public void AFileCutAfterOpeningIsRejectedOnReading()
    {
        var path = new TinyModel().Write(_folder.File("cut.gguf"));
        using var file = GgufFile.Open(path);
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) stream.SetLength(1000);

        var error = Assert.Throws<InputException>(() => file.Read(file.Tensors[^1]));

        Assert.Contains("the end of the file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsOutsideATensorAreRefused()
    {
        using var file = GgufFile.Open(new TinyModel().Write(_folder.File("model.gguf")));
        var tensor = file.RequireTensor("output_norm.weight");

        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(tensor, 126, new byte[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(tensor, -1, new byte[4]));
        Assert.Throws<ArgumentException>(() => file.Read(tensor, new byte[4]));
        Assert.Throws<ArgumentException>(() => file.Read(tensor with { Offset = 1 << 20 }, 0, new byte[4]));
        Assert.Equal("none", Assert.Throws<InputException>(() => file.RequireTensor("x")).Message[^4..]);
    }
}
