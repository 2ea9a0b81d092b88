using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Training.Memory;

/// <summary>What a training takes, part by part.</summary>
/// <param name="Keep">What is kept; never auto.</param>
/// <param name="Tokens">Tokens that go through the model at a time, at most, padding included: larger batches are split.</param>
/// <param name="Length">Tokens of the longest sequence.</param>
public sealed record TrainingPlan(Kept Keep, int Tokens, int Length)
{
    /// <summary>What dequantizing all matrices takes of a step, forward and back, where they stay in the file; measured at 0.4 B and 1024 tokens.</summary>
    private const double DequantizationShare = 0.03;

    /// <summary>A pass forward is a third of a step, the way back the rest.</summary>
    private const double ForwardShare = 1.0 / 3;

    /// <summary>Blocks of the model.</summary>
    public required int Blocks { get; init; }

    /// <summary>The last of them, which keep what their gradients need and are not computed again. Range [0, <see cref="Blocks"/>].</summary>
    public required int KeptBlocks { get; init; }

    /// <summary>What it computes beyond a training that keeps everything, as a share of that one's step.</summary>
    public double Extra => (ForwardShare * (Blocks - KeptBlocks) / Blocks) + (Keep == Kept.Nothing ? DequantizationShare : 0);

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

    private string Kind => (KeptBlocks == Blocks ? "all kept" : KeptBlocks == 0 ? "blocks computed again" : $"{KeptBlocks} of {Blocks} blocks kept, the others computed again")
        + (Keep == Kept.Nothing ? ", weights from the file's bits" : "");
}
