namespace MultiagentFT.Contracts.Training;

/// <summary>What a training keeps in memory between two uses; the rest is computed again. Results agree within rounding.</summary>
public enum Kept
{
    /// <summary>What <see cref="TrainingOptions.Memory"/> allows; without it activations where the dequantized matrices are small, else nothing.</summary>
    Auto,

    /// <summary>Dequantized weights, and of every block what its gradient needs.</summary>
    Activations,

    /// <summary>
    /// Dequantized weights, and each block's input: blocks are computed again on the way back, but as many of the last ones as
    /// <see cref="TrainingOptions.Memory"/> has room for, which keep what their gradients need. Without a bound: all are computed again.
    /// </summary>
    Weights,

    /// <summary>Of blocks the same; weights stay in the file's own bits and are dequantized a block at a time, forward and back.</summary>
    Nothing,
}
