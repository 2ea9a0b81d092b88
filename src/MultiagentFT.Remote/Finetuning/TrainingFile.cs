using System.Text.Encodings.Web;
using System.Text.Json;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Remote.Finetuning;

/// <summary>A dataset as OpenAI's finetuning reads it: chat JSONL, in which a weight of 0 keeps an assistant turn out of the loss.</summary>
internal static class TrainingFile
{
    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="examples">Each ends with the assistant's turn.</param>
    /// <param name="loss">Which turns are learned.</param>
    public static byte[] Of(IReadOnlyList<ChatExample> examples, LossTarget loss)
    {
        using var stream = new MemoryStream();
        foreach (var example in examples)
        {
            JsonSerializer.Serialize(stream, new { messages = example.Messages.Select((message, index) => Line(message, Weight(example, index, loss))) }, Format);
            stream.WriteByte((byte)'\n');
        }
        return stream.ToArray();
    }

    /// <summary>Given only where it says something: endpoints need not know it.</summary>
    private static int? Weight(ChatExample example, int index, LossTarget loss) =>
        example.Context.Contains(index) || (loss == LossTarget.LastTurn && example.Messages[index].Role == ChatMessage.AssistantRole && index < example.Messages.Count - 1) ? 0 : null;

    private static Dictionary<string, object> Line(ChatMessage message, int? weight)
    {
        var line = new Dictionary<string, object> { ["role"] = message.Role, ["content"] = message.Content };
        if (weight is { } given) line["weight"] = given;
        return line;
    }
}
