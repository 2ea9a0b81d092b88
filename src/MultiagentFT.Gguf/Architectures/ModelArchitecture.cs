namespace MultiagentFT.Gguf;

/// <summary>
/// A decoder-only architecture whose every tensor is known here: pre-normed attention and pre-normed SwiGLU in each block. The
/// checks, the decoders, the trainer and the writers of made-up models read it.
/// </summary>
public sealed record ModelArchitecture
{
    /// <summary><c>general.architecture</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Whether rotary pairs are the two halves of the rotated dimensions (NEOX) or neighbours, as llama.cpp permutes the weights of
    /// Llama.
    /// </summary>
    public required bool RotatesHalves { get; init; }

    /// <summary>Whether a part of each head may be left unrotated; llama.cpp ends the process, or refuses, where others do so.</summary>
    public bool MayRotatePartly { get; init; }

    /// <summary>Whether queries, keys and values may be one matrix (<c>attn_qkv</c>), and gate and up are (<c>ffn_up</c>).</summary>
    public bool IsFused { get; init; }

    /// <summary>Whether queries, keys and values usually have biases; in others they may.</summary>
    public bool HasBiases { get; init; }

    /// <summary>Whether the heads of queries and keys are normed before they are rotated.</summary>
    public bool HasHeadNorms { get; init; }

    /// <summary>Whether the feed-forward layer may be a mixture of experts, which llama.cpp alone computes.</summary>
    public bool MayHaveExperts { get; init; }

    /// <summary>Tensors with divisors of the rotary frequencies that models of this architecture may have.</summary>
    public IReadOnlyList<string> RotaryFactors { get; init; } = [];

    /// <summary>Whether the mixed-adapter decoder computes it.</summary>
    public bool IsDecoded { get; init; } = true;

    /// <summary>The tensors of a model besides its blocks and <see cref="RotaryFactors"/>.</summary>
    public static IEnumerable<TensorRule> Globals(ModelShape shape) =>
    [
        TensorRule.Matrix("token_embd.weight", shape.Embedding, shape.Vocabulary),
        TensorRule.Vector("output_norm.weight", shape.Embedding),
        TensorRule.Matrix("output.weight", shape.Embedding, shape.Vocabulary) with { IsOptional = true },
    ];

    /// <summary>Whether a block of a file has its queries, keys and values in one matrix.</summary>
    /// <param name="prefix">The block's, such as <c>blk.0.</c>.</param>
    public bool JoinsAttention(GgufFile file, string prefix) => IsFused && file.TryGetTensor(prefix + "attn_qkv.weight", out _);

    /// <summary>The tensors of a dense block, without its prefix.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="joinsAttention">Whether this block has its queries, keys and values in one matrix.</param>
    public IEnumerable<TensorRule> Block(ModelShape shape, bool joinsAttention) => [.. Attention(shape, joinsAttention), .. FeedForward(shape)];

    /// <summary>The attention's part of <see cref="Block"/>.</summary>
    public IEnumerable<TensorRule> Attention(ModelShape shape, bool joinsAttention)
    {
        yield return TensorRule.Vector("attn_norm.weight", shape.Embedding);
        if (joinsAttention) yield return TensorRule.Matrix("attn_qkv.weight", shape.Embedding, shape.Queries + (2 * shape.Keys));
        else foreach (var layer in shape.Linears.Take(3)) yield return TensorRule.Matrix(layer);
        yield return TensorRule.Matrix(shape.Linears[3]);
        if (HasHeadNorms)
        {
            yield return TensorRule.Vector("attn_q_norm.weight", shape.HeadLength);
            yield return TensorRule.Vector("attn_k_norm.weight", shape.HeadLength);
        }
        if (!joinsAttention)
        {
            foreach (var layer in shape.Linears.Take(3))
                yield return TensorRule.Vector(layer.Name + ".bias", layer.Outputs) with { IsOptional = true, IsUsual = HasBiases };
        }
        yield return TensorRule.Vector("attn_output.bias", shape.Embedding) with { IsOptional = true };
    }

    /// <summary>The norm before the feed-forward layer, which every kind of layer has.</summary>
    public static TensorRule FeedForwardNorm(ModelShape shape) => TensorRule.Vector("ffn_norm.weight", shape.Embedding);

    private IEnumerable<TensorRule> FeedForward(ModelShape shape)
    {
        yield return FeedForwardNorm(shape);
        if (IsFused) yield return TensorRule.Matrix("ffn_up.weight", shape.Embedding, 2 * shape.FeedForward);
        else foreach (var layer in shape.Linears.Skip(4).Take(2)) yield return TensorRule.Matrix(layer);
        yield return TensorRule.Matrix(shape.Linears[6]);
    }

    /// <summary>The tensors of a new model of these sizes: those that are not optional or usual, and the output matrix unless it is tied.</summary>
    public IEnumerable<TensorRule> Tensors(ModelShape shape) =>
    [
        .. Globals(shape).Where(tensor => !tensor.IsOptional || !shape.TiedOutput),
        .. from block in Enumerable.Range(0, shape.Blocks)
           from tensor in Block(shape, IsFused)
           where !tensor.IsOptional || tensor.IsUsual
           select tensor with { Name = $"blk.{block}.{tensor.Name}" },
    ];
}
