using MultiagentFT.Training.Data;
using MultiagentFT.Training.Model;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Objectives;

/// <summary>Cross-entropy, in nats, of the tokens that count.</summary>
public abstract class NextTokenObjective : IObjective
{
    public abstract IEnumerable<EncodedExample> Encode(ConversationEncoder encoder);

    public Tensor Loss(DecoderModel model, IReadOnlyList<EncodedExample> batch, Device device)
    {
        var (tokens, positions, targets) = new TrainingBatch([.. batch.Cast<TokenizedExample>()]).ToTensors(device);
        return model.Loss(tokens, positions, targets);
    }
}
