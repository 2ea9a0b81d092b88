using System.Numerics.Tensors;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.SocietyDecoder;

/// <summary>A LoRA adapter as the kernels read it: for every block and target a pair of float16 factors.</summary>
internal sealed unsafe class SocietyAdapter : IRuntimeAdapter
{
    /// <summary>The kernels keep A x of some rows on the stack.</summary>
    private const int MostRank = 256;

    /// <summary>In the order of the kernels' targets.</summary>
    private static readonly string[] Targets = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"];

    private readonly NativeBlock _pairs;
    private readonly NativeBlock _values;
    private bool _isDisposed;

    /// <exception cref="InputException">The file is not an adapter of this model, or one that these kernels cannot apply.</exception>
    public SocietyAdapter(string path, ModelFile model, SocietyWeights owner)
    {
        using var file = AdapterFile.Open(path);
        file.RequireBase(model);
        Path = path;
        Owner = owner;
        _pairs = new NativeBlock((long)owner.Shape.Blocks * Targets.Length * sizeof(SocietyPair));
        _values = new NativeBlock(file.Pairs.Sum(pair => (long)pair.Rank * (pair.InputLength + pair.OutputLength) * sizeof(ushort)));
        var next = (Half*)_values.Start;
        foreach (var pair in file.Pairs)
        {
            var native = Pairs + Index(path, pair, owner.Shape.Blocks);
            native->Rank = pair.Rank;
            native->A = next;
            native->B = next + (pair.Rank * pair.InputLength);
            Fill(file, pair, native);
            next = native->B + (pair.Rank * pair.OutputLength);
        }
    }

    public string Path { get; }

    public long Bytes => _values.Bytes;

    /// <summary>The weights that the adapter belongs to.</summary>
    public SocietyWeights Owner { get; }

    /// <summary>[blocks, targets]; valid while a slot holds the adapter or its owner has not let go.</summary>
    public SocietyPair* Pairs => (SocietyPair*)_pairs.Start;

    /// <summary>Keeps the factors in memory until <see cref="Release"/>.</summary>
    /// <exception cref="ObjectDisposedException">The owner has let go.</exception>
    public void Hold()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var added = false;
        _pairs.DangerousAddRef(ref added);
        _values.DangerousAddRef(ref added);
    }

    public void Release()
    {
        _pairs.DangerousRelease();
        _values.DangerousRelease();
    }

    public void Dispose()
    {
        _isDisposed = true;
        _pairs.Dispose();
        _values.Dispose();
    }

    /// <summary>Where a pair belongs among all pairs.</summary>
    private static int Index(string path, AdapterPair pair, int blocks)
    {
        if (pair.Rank > MostRank)
            throw new InputException(path, pair.BaseTensor, $"a rank of at most {MostRank} (the society decoder)", $"{pair.Rank}");
        var parts = pair.BaseTensor.Split('.');
        if (parts is ["blk", var block, var name, "weight"] && int.TryParse(block, out var index) && index < blocks
            && Array.IndexOf(Targets, name) is >= 0 and var target)
        {
            return (index * Targets.Length) + target;
        }
        throw new InputException(
            path, pair.BaseTensor, "a linear layer of a block (the society decoder; --decoder llama applies others)", "another tensor");
    }

    private static void Fill(AdapterFile file, AdapterPair pair, SocietyPair* native)
    {
        var (rank, outputs) = (pair.Rank, (int)pair.OutputLength);
        var a = TensorCodec.Dequantize(pair.A.Type, file.File.Read(pair.A), pair.A.Elements);
        var b = TensorCodec.Dequantize(pair.B.Type, file.File.Read(pair.B), pair.B.Elements);
        var scale = file.Alpha / rank;
        var transposed = new float[b.Length];
        for (var output = 0; output < outputs; output++)
            for (var r = 0; r < rank; r++) transposed[(r * outputs) + output] = b[(output * rank) + r] * scale;
        Store(file.File.Path, pair.A.Name, a, native->A);
        Store(file.File.Path, pair.B.Name, transposed, native->B);
    }

    private static void Store(string path, string name, ReadOnlySpan<float> values, Half* destination)
    {
        var limit = (float)Half.MaxValue;
        if (values.IndexOfAnyExceptInRange(-limit, limit) is >= 0 and var bad)
            throw new InputException(path, name, "factors within the range of float16 (the society decoder), alpha / rank included", $"{values[bad]}");
        TensorPrimitives.ConvertToHalf(values, new Span<Half>(destination, values.Length));
    }
}
