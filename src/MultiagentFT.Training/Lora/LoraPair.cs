using TorchSharp.Modules;

namespace MultiagentFT.Training.Lora;

/// <summary>The trained pair of one linear layer: A [rank, inputs], B [outputs, rank], float32.</summary>
/// <param name="BaseTensor">The layer's weight, such as <c>blk.0.attn_q.weight</c>.</param>
/// <param name="A">Starts random.</param>
/// <param name="B">Starts at zero.</param>
public sealed record LoraPair(string BaseTensor, Parameter A, Parameter B);
