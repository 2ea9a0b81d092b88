using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>
/// Gradient checkpointing (arXiv 1604.06174): of a pass through the blocks only each block's input is kept, and the way back computes
/// the blocks again, one at a time. The last blocks may keep what their gradients need, and are not computed again: the way back comes to them
/// first, so that what they keep is free when the others are computed. Gradients of what comes after the blocks are autograd's;
/// <see cref="Backward()"/> carries them on.
/// </summary>
/// <param name="blocks">Their base weights are frozen.</param>
/// <param name="kept">How many of the last ones keep what their gradients need. Range [0, blocks].</param>
public sealed class CheckpointTape(IReadOnlyList<DecoderBlock> blocks, int kept = 0)
{
    private readonly Stack<Pass> _passes = new();
    private readonly int _firstKept = blocks.Count - (kept >= 0 && kept <= blocks.Count ? kept : throw new ArgumentOutOfRangeException(nameof(kept)));

    /// <param name="x">[batch, length, embedding]; nothing before it is trained.</param>
    /// <returns>What the last block gives, as a leaf that takes a gradient.</returns>
    public Tensor Forward(Tensor x)
    {
        var steps = new Step[blocks.Count];
        using (no_grad())
        {
            for (var i = 0; i < _firstKept; i++)
            {
                var draw = blocks[i].Draws ? random.get_rng_state() : null;
                steps[i] = new Step(x, draw, null);
                x = blocks[i].Forward(x);
            }
        }
        for (var i = _firstKept; i < blocks.Count; i++)
        {
            var input = Leaf(x, i);
            var y = blocks[i].Forward(input);
            steps[i] = new Step(input, null, y);
            x = y;
        }
        var output = x.detach().requires_grad_();
        _passes.Push(new Pass(steps, output));
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
        var after = pass.Steps.Any(step => step.Draw is not null) ? random.get_rng_state() : null;
        for (var i = blocks.Count - 1; i >= 0; i--)
        {
            using var scope = NewDisposeScope();
            using var enabled = enable_grad();
            var step = pass.Steps[i];
            var (x, y) = step.Output is { } there ? (step.Input, there) : Again(step, i);
            // What autograd keeps of a matrix is the matrix, and stored ones take turns in one place.
            blocks[i].Restore();
            if (y.requires_grad) autograd.backward(y, gradient);
            gradient.Dispose();
            if (i > 0) gradient = x.grad!.MoveToOuterDisposeScope();
            step.Input.Dispose();
            step.Output?.Dispose();
        }
        if (after is not null) random.set_rng_state(after);
    }

    private (Tensor Input, Tensor Output) Again(Step step, int block)
    {
        var x = Leaf(step.Input, block);
        if (step.Draw is { } draw) random.set_rng_state(draw);
        return (x, blocks[block].Forward(x));
    }

    /// <summary>The same values, of which a gradient is asked unless nothing before them is trained.</summary>
    private static Tensor Leaf(Tensor x, int block)
    {
        var leaf = x.detach();
        return block > 0 ? leaf.requires_grad_() : leaf;
    }

    /// <param name="Steps">One a block.</param>
    /// <param name="Output">Of the last block.</param>
    private sealed record Pass(Step[] Steps, Tensor Output);

    /// <param name="Input">Of the block.</param>
    /// <param name="Draw">State of the generator of random numbers before the block, if it draws some and is computed again.</param>
    /// <param name="Output">With the graph that led to it; null where the block is computed again.</param>
    private sealed record Step(Tensor Input, Tensor? Draw, Tensor? Output);
}
