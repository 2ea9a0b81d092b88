using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>What llama.cpp takes in reasonable time, or at all: it compares every key and every tensor with all before it.</summary>
internal static class GgufLimits
{
    /// <summary>The largest published models have some hundred keys and some thousand tensors.</summary>
    private const int MostKeys = 10_000;
    private const int MostTensors = 30_000;

    /// <summary>What tensors lie at in memory that is mapped from a file has to suit the kernels.</summary>
    private const uint LeastAlignment = 32;

    /// <exception cref="InputException">There are more keys or tensors, or they are aligned to less.</exception>
    public static void Check(GgufFile file)
    {
        if (file.Metadata.Count > MostKeys) throw new InputException(file.Path, "keys", $"at most {MostKeys}", $"{file.Metadata.Count}");
        if (file.Tensors.Count > MostTensors) throw new InputException(file.Path, "tensors", $"at most {MostTensors}", $"{file.Tensors.Count}");
        if (file.Metadata.TryGetUInt32(TensorLayout.AlignmentKey, out var alignment) && alignment < LeastAlignment)
            throw new InputException(file.Path, TensorLayout.AlignmentKey, $"{LeastAlignment} or more", $"{alignment}");
    }
}
