using System.Numerics.Tensors;
using MultiagentFT.Decoder.Shared;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>
/// A LoRA adapter as the kernels read it: for every block and target a pair of factors, in 8 bits where the target's rows are read
/// in 8 bits and the factors lose little by it (<see cref="OctetError"/>), else in float16.
/// </summary>
internal sealed unsafe class CpuAdapter : SharedResource, IRuntimeAdapter
{
    private const int CacheLine = 64;

    private readonly NativeBlock _pairs;
    private readonly NativeBlock _octets;
    private readonly NativeBlock _values;

    /// <exception cref="InputException">The file is not an adapter of this model, or one that these kernels cannot apply.</exception>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public CpuAdapter(string path, ModelFile model, CpuWeights owner)
    {
        using var file = AdapterFile.Open(path);
        file.RequireBase(model);
        Path = path;
        Owner = owner;
        List<Factors> all = [.. file.Pairs.Select(pair => Locate(path, pair))];
        Parallel.For(0, all.Count, index => all[index] = all[index] with { InBytes = all[index].InBytes && FitsBytes(file, all[index], model.File) });
        _pairs = new NativeBlock((long)owner.Shape.Blocks * ModelShape.Targets * sizeof(DecoderPair));
        _octets = new NativeBlock(all.Sum(factors => factors.InBytes ? (long)OctetFactors.Count(factors.Pair.Rank) * factors.Targets.Length : 0) * sizeof(DecoderOctet));
        _values = new NativeBlock(all.Sum(BytesOf));
        try
        {
            DecoderMethods.PreferLargePages(_values.Start, _values.Bytes);
            var next = _values.Start;
            var octets = (DecoderOctet*)_octets.Start;
            foreach (var factors in all) Add(file, factors, ref next, ref octets);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path { get; }

    public long Bytes => _values.Bytes + _octets.Bytes;

    /// <summary>The weights that the adapter belongs to.</summary>
    public CpuWeights Owner { get; }

    /// <summary>[blocks, targets]; valid while a slot holds the adapter or its owner has not let go.</summary>
    public DecoderPair* Pairs => (DecoderPair*)_pairs.Start;

    protected override void Free()
    {
        _pairs.Dispose();
        _octets.Dispose();
        _values.Dispose();
    }

    /// <summary>A pair of the file with its block, its inputs, and the targets that it reaches with their parts of its outputs.</summary>
    private readonly record struct Factors(AdapterPair Pair, int Block, int Inputs, (AdapterTarget Target, int Start, int Count)[] Targets, bool InBytes);

    private static bool FitsBytes(AdapterFile file, Factors factors, GgufFile model)
    {
        var pair = factors.Pair;
        var a = TensorCodec.Dequantize(pair.A.Type, file.File.Read(pair.A), pair.A.Elements);
        var b = TensorCodec.Dequantize(pair.B.Type, file.File.Read(pair.B), pair.B.Elements);
        int[] ends = [.. factors.Targets.Select(part => part.Start + part.Count)];
        var weights = model.RequireTensor(pair.BaseTensor);
        return OctetError.Share(a, b, pair.Rank, factors.Inputs, ends, file.Alpha / pair.Rank, weights, model) <= OctetError.MostShare;
    }

    /// <summary>Bytes with the gaps that keep all parts aligned.</summary>
    private static long BytesOf(Factors factors)
    {
        var rank = factors.Pair.Rank;
        return factors.InBytes
            ? OctetFactors.Count(rank) * (OctetFactors.InputBytes(factors.Inputs) + factors.Targets.Sum(part => OctetFactors.OutputBytes(part.Count)))
            : HalfBytes(rank, factors.Inputs) + factors.Targets.Sum(part => HalfBytes(rank, part.Count));
    }

    private static long HalfBytes(int rank, int width) => ((long)rank * width * sizeof(ushort) + CacheLine - 1) / CacheLine * CacheLine;

    /// <summary>Stores a pair, once for each target that it reaches: those of a fused matrix share its A.</summary>
    private void Add(AdapterFile file, Factors factors, ref byte* next, ref DecoderOctet* octets)
    {
        var pair = factors.Pair;
        var rank = pair.Rank;
        var scale = file.Alpha / rank;
        var a = TensorCodec.Dequantize(pair.A.Type, file.File.Read(pair.A), pair.A.Elements);
        var b = TensorCodec.Dequantize(pair.B.Type, file.File.Read(pair.B), pair.B.Elements);
        var firstA = next;
        Span<float> scalesA = stackalloc float[OctetFactors.Count(rank) * DecoderOctet.Ranks];
        if (factors.InBytes)
        {
            for (var octet = 0; octet < OctetFactors.Count(rank); octet++, next += OctetFactors.InputBytes(factors.Inputs))
                OctetFactors.PackInputs(a, octet * DecoderOctet.Ranks, rank, factors.Inputs, next, scalesA[(octet * DecoderOctet.Ranks)..]);
        }
        else
        {
            scale *= Store(a, next);
            next += HalfBytes(rank, factors.Inputs);
        }
        foreach (var (target, start, count) in factors.Targets)
        {
            var transposed = new float[rank * count];
            for (var output = 0; output < count; output++)
                for (var r = 0; r < rank; r++) transposed[(r * count) + output] = b[((start + output) * rank) + r];
            var native = Pairs + (factors.Block * ModelShape.Targets) + (int)target;
            if (native->Rank != 0) throw new InputException(file.File.Path, pair.BaseTensor, "one pair of factors for each linear layer", "two");
            if (factors.InBytes)
            {
                *native = new DecoderPair { Octets = octets, Rank = rank };
                for (var octet = 0; octet < OctetFactors.Count(rank); octet++, octets++)
                {
                    var first = octet * DecoderOctet.Ranks;
                    octets->A = firstA + (octet * OctetFactors.InputBytes(factors.Inputs));
                    octets->B = next;
                    var scales = new Span<float>(octets->Scales, DecoderOctet.Ranks);
                    OctetFactors.PackOutputs(transposed, first, rank, count, next, scales);
                    next += OctetFactors.OutputBytes(count);
                    for (var r = 0; r < scales.Length; r++) scales[r] *= scalesA[first + r] * scale;
                }
            }
            else
            {
                *native = new DecoderPair { A = (Half*)firstA, B = (Half*)next, Rank = rank, Scale = scale * Store(transposed, next) };
                next += HalfBytes(rank, count);
            }
        }
    }

    /// <exception cref="InputException">It is not a pair that these kernels apply.</exception>
    private Factors Locate(string path, AdapterPair pair)
    {
        var shape = Owner.Shape;
        if (AdapterSupport.Refusal(path, pair, shape) is { } refusal) throw refusal;
        _ = BlockTensor.TryParse(pair.BaseTensor, shape.Blocks, out var block, out var name);
        var targets = AdapterSupport.Targets(name!, pair.OutputLength, shape);
        var inputs = shape.Inputs(targets[0]);
        var outputs = targets.Sum(target => (long)shape.Outputs(target));
        if (pair.InputLength != inputs || pair.OutputLength != outputs)
            throw new InputException(path, pair.BaseTensor, $"factors of [{inputs}, {outputs}]", $"[{pair.InputLength}, {pair.OutputLength}]");
        var parts = new (AdapterTarget, int, int)[targets.Length];
        var start = 0;
        for (var i = 0; i < targets.Length; start += shape.Outputs(targets[i++])) parts[i] = (targets[i], start, shape.Outputs(targets[i]));
        return new Factors(pair, block, inputs, parts, Owner.TakesByteFactors(block, targets[0]));
    }

    /// <summary>Stores values relative to the largest of them.</summary>
    /// <returns>The largest magnitude.</returns>
    private static float Store(Span<float> values, byte* destination)
    {
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude(values));
        if (largest > 0) TensorPrimitives.Divide(values, largest, values);
        TensorPrimitives.ConvertToHalf(values, new Span<Half>(destination, values.Length));
        return largest;
    }
}
