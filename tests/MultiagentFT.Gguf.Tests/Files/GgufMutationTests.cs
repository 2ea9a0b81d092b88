using CsCheck;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Files;

/// <summary>Damaged files either still open, with every tensor readable, or are an <see cref="InputException"/>.</summary>
public sealed class GgufMutationTests : IDisposable
{
    private static readonly Gen<(double Position, byte Value)> Change = Gen.Select(Gen.Double[0, 1], Gen.Byte);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FlippedHeaderBytes()
    {
        var (bytes, header) = Valid(new TinyModel().Write(_folder.File("valid.gguf")));

        Change.Array[1, 4].Sample(changes =>
        {
            var damaged = bytes.ToArray();
            foreach (var (position, value) in changes) damaged[(int)(position * (header - 1))] = value;
            OpensOrIsRejected(damaged);
        }, iter: 2000, threads: 1);
    }

    [Fact]
    public void TruncatedFiles()
    {
        var (bytes, _) = Valid(new TinyModel().Write(_folder.File("valid.gguf")));

        Gen.Int[0, bytes.Length - 33].Sample(length =>
        {
            var path = WriteScratch(bytes[..length]);
            Assert.Throws<InputException>(() => ModelFile.Open(path).Dispose());
        }, iter: 500, threads: 1);
    }

    [Fact]
    public void BytesMovedWithinTheHeader()
    {
        var (bytes, header) = Valid(new TinyModel("qwen3").Write(_folder.File("valid.gguf")));

        Gen.Select(Gen.Int[24, header - 64], Gen.Int[24, header - 64], Gen.Int[1, 40]).Sample((from, to, length) =>
        {
            var damaged = bytes.ToArray();
            bytes.AsSpan(from, length).CopyTo(damaged.AsSpan(to));
            OpensOrIsRejected(damaged);
        }, iter: 1000, threads: 1);
    }

    [Fact]
    public void DamagedAdapters()
    {
        using var model = ModelFile.Open(new TinyModel().Write(_folder.File("base.gguf")));
        var path = _folder.File("adapter.gguf");
        AdapterWriter.Write(path, model, 8, "a", [new AdapterPairData("blk.0.attn_q.weight", 2, new float[64], new float[64])]);
        var bytes = File.ReadAllBytes(path);

        Change.Array[1, 3].Sample(changes =>
        {
            var damaged = bytes.ToArray();
            foreach (var (position, value) in changes) damaged[(int)(position * (damaged.Length - 1))] = value;
            Tolerate(() =>
            {
                using var adapter = AdapterFile.Open(WriteScratch(damaged));
                adapter.RequireBase(model);
            });
        }, iter: 1000, threads: 1);
    }

    private static (byte[] Bytes, int HeaderLength) Valid(string path)
    {
        using var model = ModelFile.Open(path);
        var bytes = File.ReadAllBytes(path);
        var last = model.File.Tensors[^1];
        return (bytes, (int)(bytes.Length - last.Offset - last.Bytes));
    }

    private static void Tolerate(Action open)
    {
        try
        {
            open();
        }
        catch (InputException error)
        {
            Assert.NotEmpty(error.Message);
        }
    }

    private void OpensOrIsRejected(byte[] bytes)
    {
        var path = WriteScratch(bytes);
        Tolerate(() =>
        {
            using var file = GgufFile.Open(path);
            foreach (var tensor in file.Tensors) Assert.Equal(tensor.Bytes, file.Read(tensor).Length);
        });
        Tolerate(() => ModelFile.Open(path).Dispose());
        Tolerate(() => AdapterFile.Open(path).Dispose());
    }

    private string WriteScratch(byte[] bytes)
    {
        var path = _folder.File("damaged.gguf");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
