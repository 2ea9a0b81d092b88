using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>Checks that a model has the tensors its architecture and sizes call for. Shapes are in ggml's order.</summary>
internal sealed class TensorCheck(GgufFile file, ModelShape shape)
{
    /// <exception cref="InputException">A tensor is missing, or its shape or type is not what the metadata says.</exception>
    public void Run()
    {
        var embedding = file.RequireTensor("token_embd.weight");
        if (embedding.Shape.Count != 2 || embedding.RowLength != shape.Embedding || embedding.Rows != shape.Vocabulary)
            throw Mismatch(embedding, $"[{shape.Embedding}, {shape.Vocabulary}] (embedding length, tokens)");
        if (ArchitectureCatalog.Find(shape.Architecture) is not { } architecture) return;

        foreach (var tensor in ModelArchitecture.Globals(shape)) Check(tensor);
        foreach (var name in RopeScaling.FactorNames) Check(TensorRule.Vector(name, shape.RopeDimensions / 2) with { IsOptional = true });
        for (var block = 0; block < shape.Blocks; block++)
        {
            var prefix = $"blk.{block}.";
            foreach (var tensor in Block(architecture, prefix)) Check(tensor with { Name = prefix + tensor.Name });
        }
    }

    private IEnumerable<TensorRule> Block(ModelArchitecture architecture, string prefix)
    {
        var joinsAttention = architecture.JoinsAttention(file, prefix);
        if (!architecture.MayHaveExperts || !file.TryGetTensor(prefix + "ffn_gate_exps.weight", out var experts))
            return architecture.Block(shape, joinsAttention);
        if (shape.Experts == 0) throw Mismatch(experts, $"{shape.Architecture}.expert_count above 0 beside it");
        return architecture.Attention(shape, joinsAttention).Append(ModelArchitecture.FeedForwardNorm(shape));
    }

    /// <summary>Norms and biases come in F32; what ggml does with other types depends on the operator, and some abort.</summary>
    private void Check(TensorRule rule)
    {
        if (rule.IsOptional && !file.TryGetTensor(rule.Name, out _)) return;
        var tensor = file.RequireTensor(rule.Name);
        if (!tensor.Shape.SequenceEqual(rule.Shape)) throw Mismatch(tensor, TensorInfo.FormatShape(rule.Shape));
        if (rule.IsMatrix ? !TensorTypes.IsWeight(tensor.Type) : tensor.Type != TensorType.F32)
            throw new InputException(file.Path, rule.Name, rule.IsMatrix ? "a type that holds weights" : "type f32", TensorTypes.Name(tensor.Type));
    }

    private InputException Mismatch(TensorInfo tensor, string expected) => new(file.Path, tensor.Name, expected, tensor.ShapeText);
}
