using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Microsoft.OpenApi;

namespace MiniLambda.Orchestrator.Rest.Documents;

/// <summary>Schemas of messages as they are in JSON: made from their descriptors, so that they cannot say otherwise than the wire.</summary>
internal sealed class ProtoSchemas(OpenApiDocument document)
{
    /// <summary>A reference to a message's schema, which is made when it is not there yet.</summary>
    public IOpenApiSchema Of(MessageDescriptor message)
    {
        var name = NameOf(message.FullName, message.File.Package);
        if (document.Components?.Schemas?.ContainsKey(name) != true)
        {
            var schema = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema>() };
            // First its name: messages may hold each other.
            document.AddComponent(name, schema);
            foreach (var field in message.Fields.InDeclarationOrder())
                schema.Properties[field.JsonName] = Of(field);
        }

        return new OpenApiSchemaReference(name, document);
    }

    private IOpenApiSchema Of(FieldDescriptor field)
    {
        if (field.IsMap)
            return new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = One(field.MessageType.FindFieldByNumber(2)) };
        return field.IsRepeated ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = One(field) } : One(field);
    }

    private IOpenApiSchema One(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message when field.MessageType.FullName == Duration.Descriptor.FullName =>
            new OpenApiSchema { Type = JsonSchemaType.String, Pattern = @"^-?[0-9]+(\.[0-9]{1,9})?s$" },
        FieldType.Message when field.MessageType.FullName == Timestamp.Descriptor.FullName => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
        FieldType.Message => Of(field.MessageType),
        FieldType.Enum => Of(field.EnumType),
        FieldType.Bool => new OpenApiSchema { Type = JsonSchemaType.Boolean },
        FieldType.Int32 => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
        // As JSON of protobuf has it: JavaScript's numbers do not hold 64 bits.
        FieldType.Int64 => new OpenApiSchema { Type = JsonSchemaType.String, Format = "int64" },
        FieldType.Double => new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
        FieldType.Bytes => new OpenApiSchema { Type = JsonSchemaType.String, ContentEncoding = "base64" },
        _ => new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private OpenApiSchemaReference Of(EnumDescriptor type)
    {
        var name = NameOf(type.FullName, type.File.Package);
        if (document.Components?.Schemas?.ContainsKey(name) != true)
            document.AddComponent(name, Values(type.Values));
        return new OpenApiSchemaReference(name, document);
    }

    /// <summary>How a field is written in a query: sizes and durations also as people do.</summary>
    public static OpenApiSchema InQuery(FieldDescriptor field)
    {
        var one = field.FieldType switch
        {
            FieldType.Bool => new OpenApiSchema { Type = JsonSchemaType.Boolean },
            FieldType.Int32 => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
            FieldType.Enum => Values(field.EnumType.Values.Where(v => v.Number != 0)),
            FieldType.Message when !field.IsMap && field.MessageType.FullName == Timestamp.Descriptor.FullName =>
                new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
            _ => new OpenApiSchema { Type = JsonSchemaType.String },
        };
        return field.IsRepeated ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = one } : one;
    }

    private static OpenApiSchema Values(IEnumerable<EnumValueDescriptor> values) =>
        new() { Type = JsonSchemaType.String, Enum = [.. values.Select(v => JsonValue.Create(v.Name))] };

    // Nested types keep the name of the one they are in: Job.State.
    private static string NameOf(string fullName, string package) => fullName[(package.Length + 1)..];
}
