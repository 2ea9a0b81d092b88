using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>Checks that a model has the tensors its architecture and sizes call for. Shapes are in ggml's order.</summary>
internal sealed class TensorCheck(GgufFile file, ModelHyperparameters sizes, int vocabulary)
{
    private readonly long _embedding = sizes.EmbeddingLength;
    private readonly long _queries = (long)sizes.HeadCount * sizes.HeadLength;
    private readonly long _keys = (long)sizes.KeyValueHeadCount * sizes.HeadLength;
    private readonly long _feedForward = sizes.FeedForwardLength;

    /// <exception cref="InputException">A tensor is missing, or its shape or type is not what the metadata says.</exception>
    public void Run()
    {
        var embedding = file.RequireTensor("token_embd.weight");
        if (embedding.Shape.Count != 2 || embedding.RowLength != _embedding || embedding.Rows != vocabulary)
            throw Mismatch(embedding, $"[{_embedding}, {vocabulary}] (embedding length, tokens)");
        if (!sizes.IsChecked) return;

        Matrix("token_embd.weight", _embedding, vocabulary);
        Vector("output_norm.weight", _embedding);
        OptionalMatrix("output.weight", _embedding, vocabulary);
        OptionalVector("rope_freqs.weight", sizes.RopeDimensions / 2);
        OptionalVector(RopeScaling.ShortFactors, sizes.RopeDimensions / 2);
        OptionalVector(RopeScaling.LongFactors, sizes.RopeDimensions / 2);
        for (var block = 0; block < sizes.BlockCount; block++)
        {
            Attention($"blk.{block}.");
            FeedForward($"blk.{block}.");
        }
    }

    private void Attention(string block)
    {
        Vector(block + "attn_norm.weight", _embedding);
        if (sizes.Architecture == "phi3" && file.TryGetTensor(block + "attn_qkv.weight", out _))
        {
            Matrix(block + "attn_qkv.weight", _embedding, _queries + (2 * _keys));
        }
        else
        {
            Matrix(block + "attn_q.weight", _embedding, _queries);
            Matrix(block + "attn_k.weight", _embedding, _keys);
            Matrix(block + "attn_v.weight", _embedding, _keys);
        }
        Matrix(block + "attn_output.weight", _queries, _embedding);
        if (sizes.Architecture == "qwen3")
        {
            Vector(block + "attn_q_norm.weight", sizes.HeadLength);
            Vector(block + "attn_k_norm.weight", sizes.HeadLength);
        }
        Action<string, long> bias = sizes.Architecture == "qwen2" ? Vector : OptionalVector;
        bias(block + "attn_q.bias", _queries);
        bias(block + "attn_k.bias", _keys);
        bias(block + "attn_v.bias", _keys);
        OptionalVector(block + "attn_output.bias", _embedding);
    }

    private void FeedForward(string block)
    {
        Vector(block + "ffn_norm.weight", _embedding);
        if (sizes.Architecture == "llama" && file.TryGetTensor(block + "ffn_gate_exps.weight", out var experts))
        {
            if (sizes.ExpertCount == 0) throw Mismatch(experts, "llama.expert_count above 0 beside it");
            return;
        }
        var isFused = sizes.Architecture == "phi3";
        if (!isFused) Matrix(block + "ffn_gate.weight", _embedding, _feedForward);
        Matrix(block + "ffn_up.weight", _embedding, isFused ? 2 * _feedForward : _feedForward);
        Matrix(block + "ffn_down.weight", _feedForward, _embedding);
    }

    private void OptionalMatrix(string name, long columns, long rows)
    {
        if (file.TryGetTensor(name, out _)) Matrix(name, columns, rows);
    }

    private void Matrix(string name, long columns, long rows)
    {
        var tensor = file.RequireTensor(name);
        if (!tensor.Shape.SequenceEqual([columns, rows])) throw Mismatch(tensor, $"[{columns}, {rows}]");
        if (!TensorTypes.IsWeight(tensor.Type))
            throw new InputException(file.Path, name, "a type that holds weights", TensorTypes.Name(tensor.Type));
    }

    private void OptionalVector(string name, long length)
    {
        if (file.TryGetTensor(name, out _)) Vector(name, length);
    }

    /// <summary>Norms and biases come in F32; what ggml does with other types depends on the operator, and some abort.</summary>
    private void Vector(string name, long length)
    {
        var tensor = file.RequireTensor(name);
        if (!tensor.Shape.SequenceEqual([length])) throw Mismatch(tensor, $"[{length}]");
        if (tensor.Type != TensorType.F32) throw new InputException(file.Path, name, "type f32", TensorTypes.Name(tensor.Type));
    }

    private InputException Mismatch(TensorInfo tensor, string expected) => new(file.Path, tensor.Name, expected, tensor.ShapeText);
}
