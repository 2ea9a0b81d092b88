using System.Text.Json.Serialization;

namespace MultiagentFT.Contracts.Datasets;

/// <summary>A training conversation as a file has it.</summary>
internal sealed record DatasetLine(IReadOnlyList<DatasetLine.Turn> Messages)
{
    public static DatasetLine Of(ChatExample example) =>
        new([.. example.Messages.Select((message, index) => new Turn(message.Role, message.Content, example.Context.Contains(index) ? 0 : null))]);

    /// <summary>A message, with a weight only where that says something: readers need not know it.</summary>
    internal sealed record Turn(string Role, string Content, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Weight);
}
