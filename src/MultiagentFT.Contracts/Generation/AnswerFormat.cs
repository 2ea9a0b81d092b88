namespace MultiagentFT.Contracts.Generation;

/// <summary>What an answer has to be.</summary>
public enum AnswerFormat
{
    /// <summary>Whatever the model writes.</summary>
    Text,

    /// <summary>
    /// One JSON object (RFC 8259), as far as it comes: tokens that do not go on with one are not drawn, and the answer ends where the object does. One that reaches
    /// its limit of tokens is the beginning of an object.
    /// </summary>
    JsonObject,
}
