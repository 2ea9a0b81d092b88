using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Training.Memory;

/// <summary>What a training takes, part by part.</summary>
/// <param name="Keep">What is kept; never auto.</param>
/// <param name="Tokens">Tokens that go through the model at a time, at most, padding included: larger batches are split.</param>
/// <param name="Length">Tokens of the longest sequence.</param>
public sealed record TrainingPlan(Kept Keep, int Tokens, int Length)
{
    /// <summary>
    /// Bytes of the base in this process: dequantized tensors, or of one block and a part of the output matrix where matrices stay in the file.
    /// </summary>
    public required long Weights { get; init; }

    /// <summary>
    /// Bytes of the matrices that stay in the file: pages that the system keeps, which the process that serves the model shares.
    /// </summary>
    public required long FilePages { get; init; }

    /// <summary>Adapter, gradients and AdamW's two moments, in float32, and a reference policy.</summary>
    public required long Adapter { get; init; }

    /// <summary>What blocks keep for the way back.</summary>
    public required long Activations { get; init; }

    /// <summary>What is there for a moment beside that: of the one block that is at work, or logits and their gradients.</summary>
    public required long Working { get; init; }

    /// <summary>.NET, libtorch and libllama's vocabulary.</summary>
    public required long Process { get; init; }

    /// <summary>Bytes that are resident in this process.</summary>
    public long Resident => Weights + Adapter + Activations + Working + Process;

    /// <summary>All of it; what a budget bounds.</summary>
    public long Total => Resident + FilePages;

    /// <summary>One line for people.</summary>
    public override string ToString() =>
        $"memory {ByteSize.Text(Total)}: weights {ByteSize.Text(Weights)}{(FilePages > 0 ? $" and {ByteSize.Text(FilePages)} of the file" : "")}, "
        + $"adapter and optimizer {ByteSize.Text(Adapter)}, activations {ByteSize.Text(Activations)} ({Tokens} tokens at a time, {Kind}), "
        + $"at work {ByteSize.Text(Working)}, process {ByteSize.Text(Process)}";

    private string Kind => Keep switch
    {
        Kept.Activations => "all kept",
        Kept.Weights => "blocks computed again",
        _ => "blocks computed again from the file's bits",
    };
}
