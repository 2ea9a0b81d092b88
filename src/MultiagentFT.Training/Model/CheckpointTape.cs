using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>
/// Gradient checkpointing (arXiv 1604.06174): of a pass through the blocks only each block's input is kept, and the way back computes
/// the blocks again, one at a time. Gradients of what comes after the blocks are autograd's; <see cref="Backward()"/> carries them on.
/// </summary>
/// <param name="blocks">Their base weights are frozen.</param>
public sealed class CheckpointTape(IReadOnlyList<DecoderBlock> blocks)
{
    private readonly Stack<Pass> _passes = new();

    /// <param name="x">[batch, length, embedding]; nothing before it is trained.</param>
    /// <returns>What the last block gives, as a leaf that takes a gradient.</returns>
    public Tensor Forward(Tensor x)
    {
        var inputs = new Tensor[blocks.Count];
        var draws = new Tensor?[blocks.Count];
        using (no_grad())
        {
            for (var i = 0; i < blocks.Count; i++)
            {
                inputs[i] = x;
                draws[i] = blocks[i].Draws ? random.get_rng_state() : null;
                x = blocks[i].Forward(x);
            }
        }
        var output = x.detach().requires_grad_();
        _passes.Push(new Pass(inputs, draws, output));
        return output;
    }

    /// <summary>After autograd's own backward: adds the gradients of all passes since the last call to those of the parameters.</summary>
    public void Backward()
    {
        while (_passes.TryPop(out var pass))
        {
            if (pass.Output.grad is { } gradient) Backward(pass, gradient);
        }
    }

    /// <summary>Drops what is kept of passes whose loss will not be learned from.</summary>
    public void Clear() => _passes.Clear();

    private void Backward(Pass pass, Tensor gradient)
    {
        var after = pass.Draws.Any(draw => draw is not null) ? random.get_rng_state() : null;
        for (var i = blocks.Count - 1; i >= 0; i--)
        {
            using var scope = NewDisposeScope();
            using var enabled = enable_grad();
            var x = pass.Inputs[i].detach();
            if (i > 0) x.requires_grad_();
            if (pass.Draws[i] is { } draw) random.set_rng_state(draw);
            var y = blocks[i].Forward(x);
            if (y.requires_grad) autograd.backward(y, gradient);
            gradient.Dispose();
            pass.Inputs[i].Dispose();
            if (i > 0) gradient = x.grad!.MoveToOuterDisposeScope();
        }
        if (after is not null) random.set_rng_state(after);
    }

    /// <param name="Inputs">Of each block.</param>
    /// <param name="Draws">State of the generator of random numbers before each block that draws some.</param>
    /// <param name="Output">Of the last block.</param>
    private sealed record Pass(Tensor[] Inputs, Tensor?[] Draws, Tensor Output);
}
