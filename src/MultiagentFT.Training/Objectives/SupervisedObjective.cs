using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Data;

namespace MultiagentFT.Training.Objectives;

/// <summary>Supervised finetuning: the assistant's turns of a chat dataset, the last or all of them.</summary>
public sealed class SupervisedObjective(string dataset, LossTarget target) : NextTokenObjective
{
    public static ObjectiveEntry Entry { get; } = new(
        "supervised",
        "supervised finetuning",
        "cross-entropy of the assistant's turns of a chat dataset",
        job => new SupervisedObjective(job.Dataset, job.Options.Loss));

    public override IEnumerable<EncodedExample> Encode(ConversationEncoder encoder) =>
        DatasetFile.Read(dataset).Select((conversation, i) => Encode(encoder, conversation, i + 1));

    private TokenizedExample Encode(ConversationEncoder encoder, ChatExample conversation, int number)
    {
        try
        {
            return encoder.Encode(conversation, target);
        }
        catch (InputException error)
        {
            throw new InputException($"{dataset}: conversation {number}: {error.Message}", error);
        }
    }
}
